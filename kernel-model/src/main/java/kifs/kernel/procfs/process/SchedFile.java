package kifs.kernel.procfs.process;

import java.nio.charset.StandardCharsets;
import kifs.kernel.procfs.scan.ByteCursor;

/**
 * {@code /proc/[pid]/task/[tid]/sched}: {@code key : value} lines after a heading that holds the
 * thread's name. The file exists only in kernels with CONFIG_SCHED_DEBUG. Stateless and
 * thread-safe.
 */
public final class SchedFile {
  private static final byte[] EXEC_START = "se.exec_start".getBytes(StandardCharsets.US_ASCII);
  private static final long NS_PER_MS = 1_000_000;

  private SchedFile() {}

  /**
   * The time by {@code sched_clock} at which the kernel last accounted the thread's CPU time.
   *
   * @return ns; -1 if the file doesn't have it, or the thread never ran
   */
  public static long execStart(ByteCursor in) {
    // The name in the heading may hold newlines, so the line of dashes is what ends the heading.
    while (in.peek() != '-') {
      if (!in.nextLine()) {
        return -1;
      }
    }
    while (in.nextLine()) {
      if (in.skip(EXEC_START)) {
        return time(in);
      }
    }
    return -1;
  }

  private static long time(ByteCursor in) {
    in.skipBlanks();
    if (in.peek() != ':') {
      return -1;
    }
    in.position(in.position() + 1);
    if (!in.number('.') || in.peek() != '.') {
      return -1;
    }
    long milliseconds = in.value();
    int fraction = in.position() + 1;
    in.position(fraction);
    if (!in.number() || in.position() - fraction != 6) {
      return -1;
    }
    if (milliseconds < 0 || milliseconds >= Long.MAX_VALUE / NS_PER_MS || in.value() < 0) {
      return -1;
    }
    long ns = milliseconds * NS_PER_MS + in.value();
    return ns == 0 ? -1 : ns;
  }
}
