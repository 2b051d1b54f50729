package kifs.kernel.locks.graph;

/**
 * Identifies a thread, or a process as a stand-in for all of its threads. Immutable.
 *
 * @param pid the thread's process
 * @param tid the thread; 0: any thread of that process
 */
public record ThreadId(int pid, int tid) implements Comparable<ThreadId> {
  /** Stands for any thread of a process. */
  public static ThreadId anyOf(int pid) {
    return new ThreadId(pid, 0);
  }

  public boolean isProcess() {
    return tid == 0;
  }

  @Override
  public int compareTo(ThreadId other) {
    return pid == other.pid ? Integer.compare(tid, other.tid) : Integer.compare(pid, other.pid);
  }

  /**
   * A tid alone is unique on a host. The default hash of pid and tid collides for many threads,
   * because the two ids are close to each other.
   */
  @Override
  public int hashCode() {
    return isProcess() ? ~pid : tid;
  }
}
