package kifs.kernel.locks.graph;

/**
 * A thread, or a whole process.
 *
 * @param pid its process
 * @param tid 0: any thread of that process
 */
public record ThreadId(int pid, int tid) implements Comparable<ThreadId> {
  /** Any thread of a process. */
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

  /** A host knows a thread by one id; that of both ids is the same for many, as they are close. */
  @Override
  public int hashCode() {
    return isProcess() ? ~pid : tid;
  }
}
