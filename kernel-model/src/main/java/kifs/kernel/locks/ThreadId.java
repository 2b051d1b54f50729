package kifs.kernel.locks;

import java.util.Comparator;

/**
 * A thread, or a whole process.
 *
 * @param pid its process
 * @param tid 0: any thread of that process
 */
public record ThreadId(int pid, int tid) implements Comparable<ThreadId> {
  private static final Comparator<ThreadId> ORDER =
      Comparator.comparingInt(ThreadId::pid).thenComparingInt(ThreadId::tid);

  /** Any thread of a process. */
  public static ThreadId anyOf(int pid) {
    return new ThreadId(pid, 0);
  }

  public boolean isProcess() {
    return tid == 0;
  }

  @Override
  public int compareTo(ThreadId other) {
    return ORDER.compare(this, other);
  }
}
