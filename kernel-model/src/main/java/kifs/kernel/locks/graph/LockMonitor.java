package kifs.kernel.locks.graph;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import kifs.kernel.locks.graph.LockPicture.Deadlock;
import kifs.kernel.source.Cancellation;

/**
 * Looks at who waits for whom, and makes sure of deadlocks.
 *
 * <p>A look takes time, so a cycle in it may never have been one. Therefore whoever seems to be
 * stuck is looked at again, until three looks in a row found the same threads in the same calls,
 * for the same owners, with the same numbers of context switches. Then between the end of the first
 * and the beginning of the last one none of them has run; what the middle one saw of their locks
 * was so at one time; and who holds a lock and doesn't run doesn't release it. Everybody else is
 * taken for able to go on.
 *
 * <p>Nothing is kept but the numbers of the deadlocks that stand. Thread-safe: one look at a time.
 */
public final class LockMonitor {
  /** Looks that must agree with the one before. */
  private static final int AGREEING = 2;

  private final WaitSource source;
  private final DeadlockNumbers numbers = new DeadlockNumbers();

  public LockMonitor(WaitSource source) {
    this.source = source;
  }

  /**
   * One look.
   *
   * @param pids processes whose threads' waits are wanted; empty: all. Deadlocks are found whoever
   *     else takes part in them
   * @param described whether since when they wait and their names are wanted
   */
  public synchronized LockPicture look(
      Set<Integer> pids, boolean described, Cancellation cancellation) {
    source.begin();
    Map<ThreadId, Wait> waits = new TreeMap<>();
    source.waits(pids, described, wait -> waits.put(wait.thread(), wait), cancellation);
    Map<ThreadId, Wait> all = pids.isEmpty() ? waits : withOwners(waits, pids, cancellation);
    Set<ThreadId> suspects = WaitGraph.of(all.values(), source::threads).stuck();
    List<Deadlock> deadlocks = List.of();
    if (!suspects.isEmpty()) {
      Map<ThreadId, Wait> stuck = confirm(suspects);
      deadlocks = number(stuck);
      stuck.forEach((thread, wait) -> waits.computeIfPresent(thread, (t, old) -> wait));
    }
    if (pids.isEmpty()) {
      numbers.keep(deadlocks);
    }
    return new LockPicture(List.copyOf(waits.values()), deadlocks);
  }

  /** These, and whatever they wait for, and so on, in processes that were not looked at. */
  private Map<ThreadId, Wait> withOwners(
      Map<ThreadId, Wait> waits, Set<Integer> pids, Cancellation cancellation) {
    Map<ThreadId, Wait> all = new TreeMap<>(waits);
    Set<Integer> seen = new HashSet<>(pids);
    Set<Integer> next = owners(waits.values(), seen);
    while (!next.isEmpty()) {
      seen.addAll(next);
      List<Wait> more = new ArrayList<>();
      source.waits(next, false, more::add, cancellation);
      more.forEach(wait -> all.put(wait.thread(), wait));
      next = owners(more, seen);
    }
    return all;
  }

  private static Set<Integer> owners(Iterable<Wait> waits, Set<Integer> but) {
    Set<Integer> owners = new TreeSet<>();
    for (Wait wait : waits) {
      wait.owners().holders().stream()
          .map(ThreadId::pid)
          .filter(pid -> !but.contains(pid))
          .forEach(owners::add);
    }
    return owners;
  }

  /** Of threads that seem to be stuck, those that are, by the look that stands in the middle. */
  private Map<ThreadId, Wait> confirm(Set<ThreadId> suspects) {
    Map<ThreadId, Wait> last = again(suspects);
    Map<ThreadId, Wait> middle = last;
    int agreed = 0;
    while (agreed < AGREEING && !last.isEmpty()) {
      Map<ThreadId, Wait> next = again(last.keySet());
      Map<ThreadId, Wait> before = last;
      next.values().removeIf(wait -> !before.get(wait.thread()).isSameBlock(wait));
      next.keySet().retainAll(WaitGraph.of(next.values(), source::threads).stuck());
      agreed = next.size() == last.size() ? agreed + 1 : 0;
      middle = last;
      last = next;
    }
    return last.isEmpty() ? last : middle;
  }

  private Map<ThreadId, Wait> again(Set<ThreadId> threads) {
    source.refresh();
    Map<ThreadId, Wait> waits = new TreeMap<>();
    for (ThreadId thread : threads) {
      source.again(thread).ifPresent(wait -> waits.put(thread, wait));
    }
    return waits;
  }

  private List<Deadlock> number(Map<ThreadId, Wait> stuck) {
    List<Deadlock> deadlocks = new ArrayList<>();
    for (WaitGraph.Cycle cycle : WaitGraph.of(stuck.values(), source::threads).cycles()) {
      Set<DeadlockNumbers.Member> members = new LinkedHashSet<>();
      cycle.members().forEach(thread -> members.add(member(stuck.get(thread))));
      deadlocks.add(new Deadlock(numbers.of(members), cycle.members(), cycle.behind()));
    }
    return deadlocks;
  }

  private static DeadlockNumbers.Member member(Wait wait) {
    return new DeadlockNumbers.Member(wait.thread(), wait.what().object(), wait.since().switches());
  }

  /** What is asked beside the waits, for whoever describes them; the source is one thread's. */
  synchronized Optional<byte[]> comm(ThreadId thread) {
    return source.comm(thread);
  }

  synchronized Optional<Wait.LockedFile> place(Wait wait) {
    return source.place(wait);
  }
}
