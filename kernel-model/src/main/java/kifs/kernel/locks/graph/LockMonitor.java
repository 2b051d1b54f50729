package kifs.kernel.locks.graph;

import static java.util.Objects.requireNonNull;

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
import org.jspecify.annotations.Nullable;

/**
 * Samples which thread waits for which, and confirms deadlocks.
 *
 * <p>A sample takes time, so a cycle in it may never have existed at one moment. Therefore the
 * monitor samples the threads that seem to be stuck again, until three samples in a row have found
 * the same threads in the same calls, for the same owners, with the same numbers of context
 * switches. Then none of these threads has run between the end of the first and the beginning of
 * the last sample. What the middle sample found of their locks was true at one moment, because a
 * thread that holds a lock and doesn't run doesn't release it. All other threads are assumed to be
 * able to continue.
 *
 * <p>The monitor keeps nothing but the numbers of the present deadlocks. Thread-safe: the lock of
 * this object guards all fields and the source, so one thread samples at a time.
 */
public final class LockMonitor {
  /** How many samples in a row must agree with the sample before them. */
  private static final int AGREEING_SAMPLES = 2;

  private final WaitSource source;
  private final DeadlockNumbers numbers = new DeadlockNumbers();

  public LockMonitor(WaitSource source) {
    this.source = source;
  }

  /**
   * Samples the waits, and confirms the deadlocks among them. A thread or process that vanishes
   * meanwhile is not in the result.
   *
   * @param pids the processes whose threads' waits are wanted; empty: all. A deadlock is found even
   *     if other processes take part in it
   * @param described whether {@link Wait#since} and {@link Wait#who} are wanted
   * @throws kifs.kernel.source.Cancellation.CancelledException if the cancellation asks for it
   */
  public synchronized LockPicture sample(
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
      numbers.retain(deadlocks);
    }
    return new LockPicture(List.copyOf(waits.values()), deadlocks);
  }

  /** Adds the waits of the owners' processes, and of their owners' processes, and so on. */
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

  private static Set<Integer> owners(Iterable<Wait> waits, Set<Integer> excluded) {
    Set<Integer> owners = new TreeSet<>();
    for (Wait wait : waits) {
      wait.owners().holders().stream()
          .map(ThreadId::pid)
          .filter(pid -> !excluded.contains(pid))
          .forEach(owners::add);
    }
    return owners;
  }

  /**
   * Returns the suspects that are stuck, as the middle one of three agreeing samples found them.
   */
  private Map<ThreadId, Wait> confirm(Set<ThreadId> suspects) {
    Map<ThreadId, Wait> last = sampleAgain(suspects);
    Map<ThreadId, Wait> middle = last;
    int agreed = 0;
    while (agreed < AGREEING_SAMPLES && !last.isEmpty()) {
      Map<ThreadId, Wait> next = sampleAgain(last.keySet());
      Map<ThreadId, Wait> before = last;
      next.values().removeIf(wait -> !isSameBlock(before.get(wait.thread()), wait));
      next.keySet().retainAll(WaitGraph.of(next.values(), source::threads).stuck());
      agreed = next.size() == last.size() ? agreed + 1 : 0;
      middle = last;
      last = next;
    }
    return last.isEmpty() ? last : middle;
  }

  private static boolean isSameBlock(@Nullable Wait earlier, Wait later) {
    return earlier != null && earlier.isSameBlock(later);
  }

  private Map<ThreadId, Wait> sampleAgain(Set<ThreadId> threads) {
    source.refresh();
    Map<ThreadId, Wait> waits = new TreeMap<>();
    for (ThreadId thread : threads) {
      source.sampleAgain(thread).ifPresent(wait -> waits.put(thread, wait));
    }
    return waits;
  }

  private List<Deadlock> number(Map<ThreadId, Wait> stuck) {
    List<Deadlock> deadlocks = new ArrayList<>();
    for (WaitGraph.Cycle cycle : WaitGraph.of(stuck.values(), source::threads).cycles()) {
      Set<DeadlockNumbers.Member> members = new LinkedHashSet<>();
      // The graph has cycles of stuck threads only.
      cycle.members().forEach(thread -> members.add(member(requireNonNull(stuck.get(thread)))));
      deadlocks.add(new Deadlock(numbers.numberOf(members), cycle.members(), cycle.behind()));
    }
    return deadlocks;
  }

  private static DeadlockNumbers.Member member(Wait wait) {
    return new DeadlockNumbers.Member(wait.thread(), wait.what().object(), wait.since().switches());
  }

  /**
   * The name of a thread or process. The source is used by one thread at a time, so the monitor
   * asks.
   */
  synchronized Optional<byte[]> comm(ThreadId thread) {
    return source.comm(thread);
  }

  synchronized Optional<Wait.LockedFile> place(Wait wait) {
    return source.place(wait);
  }
}
