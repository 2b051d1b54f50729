package kifs.kernel.locks.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import kifs.kernel.record.WaitKind;
import kifs.kernel.source.Cancellation;
import org.junit.jupiter.api.Test;

/** A {@link LockMonitor} reports a deadlock only after three agreeing samples. */
class LockMonitorTest {
  /** A source with waits that a test sets and changes between samples. */
  private static final class Scripted implements WaitSource {
    final Map<ThreadId, Wait> waits = new TreeMap<>();
    final List<Integer> asked = new ArrayList<>();
    IntConsumer betweenSamples = sample -> {};
    int refreshes;

    void put(int pid, int tid, int ownerPid, int ownerTid, long switches) {
      ThreadId thread = new ThreadId(pid, tid);
      waits.put(
          thread,
          new Wait(
              thread,
              Wait.Awaited.of(WaitKind.MUTEX, 0x1000 + ownerTid, 202),
              Wait.Owners.all(List.of(new ThreadId(ownerPid, ownerTid))),
              new Wait.Since(5, switches),
              Wait.Description.UNKNOWN));
    }

    @Override
    public void waits(
        Set<Integer> pids, boolean described, Consumer<Wait> to, Cancellation cancellation) {
      waits.values().stream()
          .filter(wait -> pids.isEmpty() || pids.contains(wait.thread().pid()))
          .forEach(to);
      asked.addAll(pids);
    }

    @Override
    public void refresh() {
      betweenSamples.accept(++refreshes);
    }

    @Override
    public Optional<Wait> sampleAgain(ThreadId thread) {
      return Optional.ofNullable(waits.get(thread));
    }

    @Override
    public int[] threads(int pid) {
      return waits.keySet().stream().filter(t -> t.pid() == pid).mapToInt(ThreadId::tid).toArray();
    }

    @Override
    public Optional<byte[]> comm(ThreadId thread) {
      return Optional.empty();
    }

    @Override
    public Optional<Wait.LockedFile> place(Wait wait) {
      return Optional.empty();
    }
  }

  private final Scripted source = new Scripted();
  private final LockMonitor monitor = new LockMonitor(source);

  private void cycle() {
    source.put(1, 11, 1, 12, 7);
    source.put(1, 12, 1, 11, 8);
  }

  private List<LockPicture.Deadlock> sample(Integer... pids) {
    return monitor.sample(new TreeSet<>(List.of(pids)), false, Cancellation.NEVER).deadlocks();
  }

  @Test
  void aStableCycleIsADeadlock() {
    cycle();
    source.put(1, 13, 1, 11, 9);
    LockPicture.Deadlock found = sample().get(0);
    assertEquals(Set.of(new ThreadId(1, 11), new ThreadId(1, 12)), found.members());
    assertEquals(Set.of(new ThreadId(1, 13)), found.behind());
    assertEquals(3, source.refreshes, "the suspects are sampled three times");
  }

  @Test
  void nothingIsSampledAgainWithoutSuspects() {
    source.put(1, 11, 1, 12, 7);
    assertEquals(List.of(), sample());
    assertEquals(0, source.refreshes);
  }

  @Test
  void aThreadThatRanIsInNoDeadlock() {
    cycle();
    source.betweenSamples = sample -> source.put(1, 12, 1, 11, 8 + sample);
    assertEquals(List.of(), sample());
  }

  @Test
  void aThreadThatRanOnceIsConfirmedNextTime() {
    cycle();
    source.betweenSamples = sample -> source.put(1, 12, 1, 11, sample < 2 ? 8 : 9);
    assertEquals(List.of(), sample());
    assertEquals(1, sample().size());
  }

  @Test
  void aChangedOwnerIsNoDeadlock() {
    cycle();
    source.betweenSamples = sample -> source.put(1, 12, 1, sample < 3 ? 11 : 99, 8);
    assertEquals(List.of(), sample());
  }

  @Test
  void aThreadThatGotItsLockIsInNoDeadlock() {
    cycle();
    source.betweenSamples = sample -> source.waits.remove(new ThreadId(1, sample < 3 ? 0 : 12));
    assertEquals(List.of(), sample());
  }

  @Test
  void aThreadWithUnknownSwitchesIsInNoDeadlock() {
    source.put(1, 11, 1, 12, -1);
    source.put(1, 12, 1, 11, 8);
    assertEquals(List.of(), sample());
  }

  @Test
  void aNumberLastsAsLongAsItsDeadlock() {
    cycle();
    long number = sample().get(0).number();
    assertEquals(number, sample().get(0).number());
    source.put(1, 12, 1, 11, 9);
    long next = sample().get(0).number();
    assertTrue(next > number, "the thread ran and blocked again");
    source.put(2, 21, 2, 21, 1);
    assertEquals(List.of(next, next + 1), sample().stream().map(d -> d.number()).toList());
  }

  @Test
  void aSampleOfOneProcessIncludesItsOwners() {
    source.put(1, 11, 2, 21, 1);
    source.put(2, 21, 3, 31, 1);
    source.put(3, 31, 1, 11, 1);
    source.put(4, 41, 4, 41, 1);
    List<LockPicture.Deadlock> found = sample(1);
    assertEquals(1, found.size());
    assertEquals(3, found.get(0).members().size());
    assertEquals(List.of(1, 2, 3), source.asked);
    LockPicture picture = monitor.sample(Set.of(1), false, Cancellation.NEVER);
    assertEquals(1, picture.waits().size());
  }
}
