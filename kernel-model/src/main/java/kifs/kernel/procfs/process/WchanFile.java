package kifs.kernel.procfs.process;

import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;

/**
 * {@code /proc/[pid]/task/[tid]/wchan}: the name of a kernel function, without a newline. The file
 * holds {@code 0} if the thread runs, or if the reader has no permission; WAIT_CHANNEL then stays
 * absent. Stateless and thread-safe.
 */
public final class WchanFile {
  private WchanFile() {}

  public static void parse(ByteCursor in, Record into) {
    int length = in.end() - in.position();
    if (length > 0 && in.peek() != '0' && in.indexOf('\n') < 0) {
      into.setBytes(ThreadRecord.WAIT_CHANNEL, in.bytes(), in.position(), length);
    }
  }
}
