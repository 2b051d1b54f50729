package kifs.kernel.procfs.process;

import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;

/**
 * {@code /proc/[pid]/task/[tid]/wchan}: the name of a kernel function, without a newline. {@code 0}
 * where the thread runs, and where the reader may not know: that is left absent.
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
