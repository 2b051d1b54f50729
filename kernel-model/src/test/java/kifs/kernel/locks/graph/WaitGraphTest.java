package kifs.kernel.locks.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import kifs.kernel.record.WaitKind;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/**
 * Checks stuck threads and cycles by examples, and against a search of all subsets of the threads.
 */
class WaitGraphTest {
  private static final int PER_PROCESS = 3;

  /** Process 1 has the threads 1 to 3, process 4 the threads 4 to 6, and so on. */
  private static ThreadId thread(int tid) {
    return new ThreadId((tid - 1) / PER_PROCESS * PER_PROCESS + 1, tid);
  }

  private static int[] threads(int pid) {
    return pid % PER_PROCESS == 1 ? IntStream.range(pid, pid + PER_PROCESS).toArray() : new int[0];
  }

  private static Wait wait(int tid, boolean any, boolean timed, ThreadId... owners) {
    return new Wait(
        thread(tid),
        new Wait.Awaited(WaitKind.MUTEX, 0, 202, timed, false, null),
        new Wait.Owners(List.of(owners), any, List.of()),
        Wait.Since.UNKNOWN,
        Wait.Description.UNKNOWN);
  }

  private static Wait wait(int tid, int owner) {
    return wait(tid, false, false, thread(owner));
  }

  private static WaitGraph graph(Wait... waits) {
    return WaitGraph.of(List.of(waits), WaitGraphTest::threads);
  }

  private static Set<ThreadId> set(int... tids) {
    Set<ThreadId> set = new TreeSet<>();
    IntStream.of(tids).forEach(tid -> set.add(thread(tid)));
    return set;
  }

  @Test
  void aCycleAndTheThreadsBehindIt() {
    WaitGraph graph = graph(wait(1, 2), wait(2, 1), wait(3, 1), wait(4, 3), wait(5, 6));
    assertEquals(set(1, 2, 3, 4), graph.stuck());
    assertEquals(List.of(new WaitGraph.Cycle(set(1, 2), set(3, 4))), graph.cycles());
  }

  @Test
  void aThreadThatWaitsForItself() {
    assertEquals(set(1), graph(wait(1, 1)).cycles().get(0).members());
  }

  @Test
  void aTimeoutBreaksACycle() {
    assertTrue(graph(wait(1, 2), wait(2, false, true, thread(1))).stuck().isEmpty());
  }

  @Test
  void allOwnersOrAnyOwner() {
    ThreadId[] owners = {thread(2), thread(3)};
    Wait[] all = {wait(1, false, false, owners), wait(2, 1)};
    assertEquals(set(1, 2), graph(all).stuck());
    Wait[] any = {wait(1, true, false, owners), wait(2, 1)};
    assertTrue(graph(any).stuck().isEmpty());
    assertEquals(set(1, 2, 3), graph(wait(1, true, false, owners), wait(2, 1), wait(3, 1)).stuck());
  }

  @Test
  void twoCyclesThatShareAThreadAreOne() {
    Wait shared = wait(1, false, false, thread(2), thread(3));
    List<WaitGraph.Cycle> cycles = graph(shared, wait(2, 1), wait(3, 1)).cycles();
    assertEquals(List.of(new WaitGraph.Cycle(set(1, 2, 3), set())), cycles);
  }

  @Test
  void aProcessContinuesWithAnyOfItsThreads() {
    Wait onProcess = wait(4, false, false, ThreadId.anyOf(1));
    assertTrue(graph(onProcess, wait(1, 4), wait(2, 4)).stuck().isEmpty());
    assertEquals(set(1, 2, 3, 4), graph(onProcess, wait(1, 4), wait(2, 4), wait(3, 4)).stuck());
    assertTrue(
        graph(wait(4, false, false, ThreadId.anyOf(99))).stuck().isEmpty(), "the process vanished");
  }

  @Test
  void aThreadThatJoinsAnotherIsNoHolder() {
    Wait join =
        new Wait(
            thread(3),
            Wait.Awaited.of(WaitKind.JOIN, 0, 202),
            Wait.Owners.all(List.of(thread(1))),
            Wait.Since.UNKNOWN,
            Wait.Description.UNKNOWN);
    WaitGraph graph = graph(wait(4, false, false, ThreadId.anyOf(1)), wait(1, 4), wait(2, 4), join);
    assertEquals(List.of(new WaitGraph.Cycle(set(1, 2, 4), set(3))), graph.cycles());
  }

  @Test
  void aVeryLongChain() {
    List<Wait> waits = new ArrayList<>();
    for (int tid = 1; tid < 100_000; tid++) {
      waits.add(wait(tid, tid + 1));
    }
    assertTrue(WaitGraph.of(waits, WaitGraphTest::threads).stuck().isEmpty());
    waits.add(wait(100_000, 99_999));
    WaitGraph graph = WaitGraph.of(waits, WaitGraphTest::threads);
    assertEquals(set(99_999, 100_000), graph.cycles().get(0).members());
    assertEquals(99_998, graph.cycles().get(0).behind().size());
  }

  /** A wait in a made-up host of 12 threads. Owners 1 to 12 are threads, 13 to 16 are processes. */
  private static Wait drawn(int tid, List<Integer> owners, boolean any, boolean timed) {
    ThreadId[] holders =
        owners.stream()
            .distinct()
            .map(o -> o <= 12 ? thread(o) : ThreadId.anyOf((o - 13) * PER_PROCESS + 1))
            .toArray(ThreadId[]::new);
    return wait(tid, any, timed, holders);
  }

  @Property(tries = 2000)
  void equalsASearchOfAllSubsets(
      @ForAll @Size(max = 12)
          List<@Size(max = 3) List<@IntRange(min = 1, max = 16) Integer>> owners,
      @ForAll @IntRange(max = 4095) int any,
      @ForAll @IntRange(max = 4095) int timed,
      @ForAll @IntRange(max = 4095) int mostlyUntimed) {
    Map<ThreadId, Wait> waits = new TreeMap<>();
    for (int i = 0; i < owners.size(); i++) {
      boolean ends = (timed & mostlyUntimed & 0x111 & 1 << i) != 0;
      Wait wait = drawn(i + 1, owners.get(i), (any & 1 << i) != 0, ends);
      waits.put(wait.thread(), wait);
    }
    WaitGraph graph = WaitGraph.of(waits.values(), WaitGraphTest::threads);
    Set<ThreadId> stuck = stuck(waits);
    assertEquals(stuck, graph.stuck());
    Map<ThreadId, Set<ThreadId>> reach = reach(waits, stuck);
    Set<Set<ThreadId>> cycles = new HashSet<>();
    for (ThreadId thread : stuck) {
      Set<ThreadId> cycle = new TreeSet<>();
      reach.get(thread).stream()
          .filter(other -> !other.isProcess() && reach.get(other).contains(thread))
          .forEach(cycle::add);
      if (!cycle.isEmpty()) {
        cycles.add(cycle);
      }
    }
    List<WaitGraph.Cycle> found = graph.cycles();
    assertEquals(cycles, new HashSet<>(found.stream().map(WaitGraph.Cycle::members).toList()));
    assertEquals(cycles.size(), found.size());
    for (WaitGraph.Cycle cycle : found) {
      Set<ThreadId> behind = new TreeSet<>();
      for (ThreadId thread : stuck) {
        boolean isBehind = reach.get(thread).containsAll(cycle.members());
        if (isBehind && !cycle.members().contains(thread)) {
          behind.add(thread);
        }
      }
      assertEquals(behind, cycle.behind());
    }
  }

  /**
   * The largest set of threads in which each thread can continue only if another one of the set
   * does.
   */
  private static Set<ThreadId> stuck(Map<ThreadId, Wait> waits) {
    Set<ThreadId> best = new TreeSet<>();
    List<ThreadId> all = List.copyOf(waits.keySet());
    for (int chosen = 0; chosen < 1 << all.size(); chosen++) {
      Set<ThreadId> set = new HashSet<>();
      for (int i = 0; i < all.size(); i++) {
        if ((chosen & 1 << i) != 0) {
          set.add(all.get(i));
        }
      }
      if (set.size() > best.size() && set.stream().allMatch(t -> isStuck(waits.get(t), set))) {
        best = new TreeSet<>(set);
      }
    }
    return best;
  }

  private static boolean isStuck(Wait wait, Set<ThreadId> among) {
    List<ThreadId> holders = wait.owners().holders();
    if (wait.what().timed() || holders.isEmpty()) {
      return false;
    }
    return wait.owners().any()
        ? holders.stream().allMatch(owner -> isWithin(owner, among))
        : holders.stream().anyMatch(owner -> isWithin(owner, among));
  }

  private static boolean isWithin(ThreadId owner, Set<ThreadId> among) {
    return owner.isProcess()
        ? IntStream.of(threads(owner.pid())).allMatch(t -> among.contains(thread(t)))
        : among.contains(owner);
  }

  /** For each stuck thread, the stuck threads that it waits for, directly or not. */
  private static Map<ThreadId, Set<ThreadId>> reach(
      Map<ThreadId, Wait> waits, Set<ThreadId> stuck) {
    Map<ThreadId, Set<ThreadId>> reach = new HashMap<>();
    stuck.forEach(thread -> reach.put(thread, direct(waits.get(thread), stuck)));
    boolean grown = true;
    while (grown) {
      grown = false;
      for (Set<ThreadId> set : reach.values()) {
        for (ThreadId next : Set.copyOf(set)) {
          grown |= set.addAll(reach.get(next));
        }
      }
    }
    return reach;
  }

  private static Set<ThreadId> direct(Wait wait, Set<ThreadId> stuck) {
    Set<ThreadId> direct = new TreeSet<>();
    for (ThreadId owner : wait.owners().holders()) {
      if (!owner.isProcess() && stuck.contains(owner)) {
        direct.add(owner);
      } else if (owner.isProcess() && isWithin(owner, stuck)) {
        IntStream.of(threads(owner.pid())).forEach(t -> direct.add(thread(t)));
      }
    }
    return direct;
  }
}
