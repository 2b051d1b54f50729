package kifs.kernel.locks.graph;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A number for each deadlock, the same for as long as it stands and no other's afterwards. Not
 * thread-safe.
 */
final class DeadlockNumbers {
  /** A block of a thread: it has another number of switches the next time. */
  record Member(ThreadId thread, long object, long switches) {}

  private final Map<Set<Member>, Long> known = new HashMap<>();
  private long last;

  long of(Set<Member> members) {
    return known.computeIfAbsent(Set.copyOf(members), m -> ++last);
  }

  /** Forgets all others. */
  void keep(List<LockPicture.Deadlock> standing) {
    Set<Long> numbers =
        standing.stream().map(LockPicture.Deadlock::number).collect(Collectors.toSet());
    known.values().retainAll(numbers);
  }
}
