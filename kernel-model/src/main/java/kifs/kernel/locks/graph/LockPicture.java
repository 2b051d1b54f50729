package kifs.kernel.locks.graph;

import java.util.List;
import java.util.Set;

/**
 * One sample of the wait-for graph: the waits, and the deadlocks among them. Immutable.
 *
 * @param waits in order of pid and tid
 * @param deadlocks in order of their first member
 */
public record LockPicture(List<Wait> waits, List<Deadlock> deadlocks) {

  /**
   * Threads that wait for each other and will never continue. Immutable.
   *
   * @param number identifies this deadlock; no other deadlock of this daemon ever has the same
   *     number
   * @param members the threads that wait for each other
   * @param behind the threads that wait for a member, directly or not, and that no member waits for
   */
  public record Deadlock(long number, Set<ThreadId> members, Set<ThreadId> behind) {}
}
