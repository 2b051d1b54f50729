package kifs.kernel.locks.graph;

import java.util.List;
import java.util.Set;

/**
 * Who waits for whom at one time, and which of these are deadlocks. Immutable.
 *
 * @param waits in order of pid and tid
 * @param deadlocks in order of their first member
 */
public record LockPicture(List<Wait> waits, List<Deadlock> deadlocks) {

  /**
   * Threads that wait for each other, for ever.
   *
   * @param number no other deadlock has, had or will have it
   * @param members those that wait for each other
   * @param behind those that wait for them without being waited for
   */
  public record Deadlock(long number, Set<ThreadId> members, Set<ThreadId> behind) {}
}
