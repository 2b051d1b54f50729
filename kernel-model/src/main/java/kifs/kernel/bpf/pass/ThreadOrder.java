package kifs.kernel.bpf.pass;

import java.nio.ByteBuffer;
import kifs.kernel.record.ThreadRecord;

/**
 * Sorts the threads of one process by id. The kernel lists them in the order of their creation,
 * which is the order of ids until the kernel uses ids again. So the sort is by insertion. Not
 * thread-safe.
 */
final class ThreadOrder {
  private static final int BYTES = ThreadRecord.TYPE.size();

  private final byte[] spare = new byte[BYTES];

  /**
   * Sorts THREAD records in place, within each process.
   *
   * @param records THREAD records; those of one process follow one another
   * @param offset where the first record begins
   */
  void restore(ByteBuffer records, int offset, int count) {
    for (int i = 1; i < count; i++) {
      int to = i;
      while (to > 0 && belongsBefore(records, offset + i * BYTES, offset + (to - 1) * BYTES)) {
        to--;
      }
      if (to < i) {
        records.get(offset + i * BYTES, spare);
        int length = (i - to) * BYTES;
        records.put(offset + (to + 1) * BYTES, records, offset + to * BYTES, length);
        records.put(offset + to * BYTES, spare);
      }
    }
  }

  private static boolean belongsBefore(ByteBuffer records, int thread, int other) {
    int pid = ThreadRecord.PID.offset();
    int tid = ThreadRecord.TID.offset();
    return records.getInt(thread + pid) == records.getInt(other + pid)
        && records.getInt(thread + tid) < records.getInt(other + tid);
  }
}
