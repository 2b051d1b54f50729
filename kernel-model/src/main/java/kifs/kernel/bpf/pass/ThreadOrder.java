package kifs.kernel.bpf.pass;

import java.nio.ByteBuffer;
import kifs.kernel.record.ThreadRecord;

/**
 * Puts threads of one process into the order of their ids. The kernel lists them as they were made,
 * which is the same until ids are used again. Not thread-safe.
 */
final class ThreadOrder {
  private static final int BYTES = ThreadRecord.TYPE.size();

  private final byte[] spare = new byte[BYTES];

  /**
   * @param records of threads, those of one process together
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
