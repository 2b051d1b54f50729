package kifs.kernel.procfs.holdings;

import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Statx;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.shm.ShmKey;
import org.jspecify.annotations.Nullable;

/**
 * Measures the size of a shared-memory object and how much of it is resident, by a path that leads
 * to the object. Not thread-safe.
 */
final class ShmMeter {
  private static final int WANT =
      Statx.WANT_TYPE
          | Statx.WANT_LINKS
          | Statx.WANT_INODE
          | Statx.WANT_SIZE
          | Statx.WANT_BLOCKS
          | Statx.WANT_UID;
  private static final int FILE_TYPE = 0xF000;
  private static final int REGULAR = 0x8000;
  private static final int BLOCK_BYTES = 512;
  private static final int RANGE_BYTES = 16;
  private static final int CACHESTAT_BYTES = 40;
  private static final int CACHED = 0;
  private static final int EVICTED = 24;
  private static final int OPEN_FLAGS = Syscalls.O_RDONLY | Syscalls.O_NONBLOCK | Syscalls.O_NOCTTY;

  private final boolean swaps;
  private final NativeBuffer statx = NativeBuffer.allocate(Statx.BYTES);
  private final NativeBuffer range = NativeBuffer.allocate(RANGE_BYTES);
  private final NativeBuffer cache = NativeBuffer.allocate(CACHESTAT_BYTES);

  private long swapped;

  /** Whether a resident size includes swapped-out pages, because the kernel has no cachestat. */
  private boolean inexact;

  /**
   * @param swaps whether the host has swap. Allocated pages may then be swapped out
   */
  ShmMeter(boolean swaps) {
    this.swaps = swaps;
  }

  /**
   * The size of an object.
   *
   * @param bytes its size
   * @param resident how many bytes of it are in memory
   * @param swapped how many are swapped out; -1: not known
   * @param exists whether the file has a name
   * @param user the owner's user id
   * @param inexact see {@link #isInexact}
   */
  record Size(
      long bytes, long resident, long swapped, boolean exists, long user, boolean inexact) {}

  /** Measures an object by a path; null if the path doesn't lead to it. */
  @Nullable Size measure(String where, ShmKey key) {
    boolean same =
        stat(where)
            && inode() == key.inode()
            && (key.kind() == ShmRecord.SYSTEM_V || device() == key.space());
    if (!same) {
      return null;
    }
    boolean exists = exists();
    long resident = resident(where);
    return new Size(size(), resident, swapped, exists, uid(), inexact);
  }

  /** Stats a file. Returns false if the file doesn't exist or is not a regular one. */
  boolean stat(String file) {
    int result = Syscalls.statx(file, Statx.AT_STATX_DONT_SYNC, WANT, statx.address());
    return result >= 0 && (statx.buffer().getShort(Statx.MODE) & FILE_TYPE) == REGULAR;
  }

  // The next five methods return facts about the last file of stat().

  long device() {
    return Statx.device(statx.buffer());
  }

  long inode() {
    return statx.buffer().getLong(Statx.INODE);
  }

  long size() {
    return statx.buffer().getLong(Statx.SIZE);
  }

  /** Whether the file has a name: it has not been deleted. */
  boolean exists() {
    return statx.buffer().getInt(Statx.LINKS) > 0;
  }

  long uid() {
    return Integer.toUnsignedLong(statx.buffer().getInt(Statx.UID));
  }

  /**
   * Bytes of a file that are in memory.
   *
   * @param file the last argument of {@link #stat}
   */
  long resident(String file) {
    long allocated = statx.buffer().getLong(Statx.BLOCKS) * BLOCK_BYTES;
    swapped = 0;
    if (!swaps || allocated == 0) {
      return allocated;
    }
    int result = cachestat(file, device(), inode());
    if (result < 0) {
      // Files of huge pages have no cachestat, but are never swapped out.
      boolean isUnknown = result != -Syscalls.EOPNOTSUPP;
      inexact |= isUnknown;
      swapped = isUnknown ? -1 : 0;
      return allocated;
    }
    // For a file in memory, what isn't there any more has been swapped out.
    swapped = cache.buffer().getLong(EVICTED) * Syscalls.pageSize();
    return cache.buffer().getLong(CACHED) * Syscalls.pageSize();
  }

  /**
   * Calls cachestat(2) for a file if it still has the given device and inode number. Opening any
   * other file might have side effects, so the path is first opened by O_PATH, which has none, and
   * opened for reading only after the check.
   */
  private int cachestat(String file, long device, long inode) {
    int held = Syscalls.open(file, Syscalls.O_PATH);
    if (held < 0) {
      return held;
    }
    String itself = "/proc/self/fd/" + held;
    int fd = -Syscalls.ENOENT;
    if (stat(itself) && device() == device && inode() == inode) {
      fd = Syscalls.open(itself, OPEN_FLAGS);
    }
    int result = fd < 0 ? fd : Syscalls.cachestat(fd, range.address(), cache.address());
    if (fd >= 0) {
      Syscalls.close(fd);
    }
    Syscalls.close(held);
    return result;
  }

  /**
   * Bytes of the file of the last {@link #resident} that are swapped out; -1: not known, as the
   * kernel has no cachestat.
   */
  long swapped() {
    return swapped;
  }

  /** Whether a resident size may include what is swapped out. */
  boolean isInexact() {
    return inexact;
  }
}
