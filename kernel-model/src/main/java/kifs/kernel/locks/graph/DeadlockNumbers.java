package kifs.kernel.locks.graph;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Numbers deadlocks. A deadlock keeps its number for as long as it lasts, and the number is not
 * used again. Not thread-safe.
 */
final class DeadlockNumbers {
  /**
   * One blocked thread. When the thread runs and blocks again, its number of context switches
   * differs.
   */
  record Member(ThreadId thread, long object, long switches) {}

  private final Map<Set<Member>, Long> known = new HashMap<>();
  private long last;

  long numberOf(Set<Member> members) {
    return known.computeIfAbsent(Set.copyOf(members), m -> ++last);
  }

  /** Forgets all deadlocks but these. */
  void retain(List<LockPicture.Deadlock> present) {
    Set<Long> numbers =
        present.stream().map(LockPicture.Deadlock::number).collect(Collectors.toSet());
    known.values().retainAll(numbers);
  }
}
