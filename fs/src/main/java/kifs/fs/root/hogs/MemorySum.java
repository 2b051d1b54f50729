package kifs.fs.root.hogs;

import static kifs.kernel.record.ProcessRecord.RSS_ANON;
import static kifs.kernel.record.ProcessRecord.RSS_FILE;
import static kifs.kernel.record.ProcessRecord.RSS_HUGE;
import static kifs.kernel.record.ProcessRecord.RSS_SHMEM;
import static kifs.kernel.record.ProcessRecord.SWAP;

import kifs.kernel.record.Field;
import kifs.kernel.record.Record;

/**
 * The memory of several processes of one user or program. Memory that is a process's own is added
 * up, with what is swapped out and in huge pages. Of the shared memory, which such processes mostly
 * share with each other, the largest counts. Not thread-safe.
 */
public final class MemorySum {
  /** Mask of the fields of PROCESS that are read. An absent one counts as 0. */
  public static final long FIELDS = Field.mask(RSS_ANON, RSS_FILE, RSS_SHMEM, RSS_HUGE, SWAP);

  private long ownBytes;
  private long sharedBytes;

  public void add(Record process) {
    ownBytes += process.get(RSS_ANON) + process.get(RSS_HUGE) + process.get(SWAP);
    sharedBytes = Math.max(sharedBytes, process.get(RSS_FILE) + process.get(RSS_SHMEM));
  }

  /** All memory, bytes. */
  public long bytes() {
    return ownBytes + sharedBytes;
  }

  /** The part of it that the processes may share, bytes. */
  public long sharedBytes() {
    return sharedBytes;
  }
}
