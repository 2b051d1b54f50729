package kifs.kernel.bpf.pass;

import static kifs.kernel.query.Detail.FULL;
import static kifs.kernel.record.ProcessRecord.FDS;
import static kifs.kernel.record.ProcessRecord.FD_LIMIT;
import static kifs.kernel.record.ProcessRecord.NICE;
import static kifs.kernel.record.ProcessRecord.POLICY;
import static kifs.kernel.record.ProcessRecord.STATE;
import static kifs.kernel.record.ProcessRecord.THREADS;
import static kifs.kernel.record.ProcessRecord.VSIZE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import kifs.kernel.bpf.BpfSource;
import kifs.kernel.bpf.layout.Capacity;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.live.Way;
import kifs.kernel.query.Bound;
import kifs.kernel.query.Bound.Relation;
import kifs.kernel.query.Change;
import kifs.kernel.query.Query;
import kifs.kernel.record.Field;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.ProcessRef;
import kifs.testing.Await;
import kifs.testing.Bulks;
import kifs.testing.Program;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Passes by sweeps and by walks. No process or thread is missing, none comes twice, and all are in
 * order.
 */
class PassTest {
  private static final int MANY = Capacity.BATCH_THREADS.count() + 500;
  private static final Query BOTH = Query.of(ProcessRecord.TYPE, ThreadRecord.TYPE);

  @TempDir static Path directory;

  @ParameterizedTest
  @EnumSource
  void everyProcessInOrder(Way way) throws Exception {
    try (Program load = Program.run("procs", 600, 2);
        BpfSource source = way.open()) {
      Set<Integer> there = pids(source.procfs().pids());
      try (Bulk bulk = Bulks.collect(source, BOTH)) {
        there.retainAll(pids(source.procfs().pids()));

        List<Integer> pids = ids(bulk, ProcessRecord.TYPE, r -> (int) r.get(ProcessRecord.PID));
        assertEquals(new ArrayList<>(new TreeSet<>(pids)), pids);
        there.removeAll(pids);
        assertEquals(Set.of(), there);
        List<Long> threads = ids(bulk, ThreadRecord.TYPE);
        assertEquals(new ArrayList<>(new TreeSet<>(threads)), threads);
        assertEquals(600, load.lines().size());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aProcessOfMoreThreadsThanASlotHolds(Way way) throws Exception {
    // The name is unique, because processes that an earlier test killed may still be there.
    String name = way + "-" + ProcessHandle.current().pid();
    try (Program load = Program.runAs(name, directory, "procs", 2, MANY);
        BpfSource source = way.open()) {
      List<Integer> large = load.lines().stream().map(Integer::parseInt).sorted().toList();
      List<Integer> all = new ArrayList<>(large);
      all.add(load.pid());
      Query query = BOTH.withComms(Set.of(name));
      try (Bulk bulk = Bulks.collect(source, query)) {
        List<Long> expected = new ArrayList<>();
        all.stream().sorted().forEach(pid -> expected.addAll(threads(source, pid)));
        assertEquals(2 * MANY + 1, expected.size());
        assertEquals(expected, ids(bulk, ThreadRecord.TYPE));
        assertEquals(new TreeSet<>(all), new TreeSet<>(Bulks.processes(bulk).keySet()));
      }
      try (Bulk zombies = Bulks.collect(source, query.withStates(Set.of('Z')))) {
        assertEquals(List.of(), ids(zombies, ThreadRecord.TYPE));
      }
      int pid = large.get(0);
      try (Bulk bulk = Bulks.collect(source, BOTH.withPids(Set.of(pid)))) {
        assertEquals(threads(source, pid), ids(bulk, ThreadRecord.TYPE));
      }
      try (ProcessRef process = source.process(pid).orElseThrow();
          Bulk bulk = Bulks.collect(source, process, BOTH)) {
        assertEquals(threads(source, pid), ids(bulk, ThreadRecord.TYPE));
        assertEquals(MANY, Bulks.processes(bulk).get(pid).get(ProcessRecord.THREADS));
      }
    }
  }

  /**
   * The main thread has ended and the process goes on. Its figures contain what the main thread
   * did, its state is that of another thread, and all threads are still collected.
   */
  @ParameterizedTest
  @EnumSource
  void aProcessWhoseMainThreadHasEnded(Way way) throws Exception {
    try (Program load = Program.run("main-thread-ends");
        BpfSource source = way.open()) {
      Query query = BOTH.withPids(Set.of(load.pid()));
      try (Bulk procfs = Bulks.collect(source.procfs(), query);
          Bulk bpf = Bulks.collect(source, query)) {
        Record expected = Bulks.processes(procfs).get(load.pid());
        Record process = Bulks.processes(bpf).get(load.pid());
        assertEquals('S', process.get(ProcessRecord.STATE), "that of the thread that lives");
        assertEquals('Z', Bulks.threads(bpf).get(load.pid()).get(ThreadRecord.STATE));
        assertEquals(expected.get(ProcessRecord.STATE), process.get(ProcessRecord.STATE));
        assertEquals(expected.get(ProcessRecord.RUNTIME), process.get(ProcessRecord.RUNTIME));
        assertEquals(
            expected.get(ProcessRecord.MINOR_FAULTS), process.get(ProcessRecord.MINOR_FAULTS));
        assertEquals(2, ids(bpf, ThreadRecord.TYPE).size());
        assertEquals(ids(procfs, ThreadRecord.TYPE), ids(bpf, ThreadRecord.TYPE));
      }
    }
  }

  /** A record that exceeds no bound of its type is omitted. Records of other types are not. */
  @ParameterizedTest
  @EnumSource
  void recordsThatExceedNoBoundStayInTheKernel(Way way) throws Exception {
    String name = "bound" + way + "-" + ProcessHandle.current().pid();
    try (Program load = Program.runAs(name, directory, "procs", 20, 3);
        BpfSource source = way.open()) {
      int one = Integer.parseInt(load.lines().get(0));
      Query all = BOTH.withComms(Set.of(name));
      Query large = all.withBounds(Set.of(threadsAbove(2), fdsAbove(1 << 20)));
      try (Bulk bulk = Bulks.collect(source, large)) {
        Set<Integer> several = Bulks.processes(bulk).keySet();
        assertTrue(several.contains(one) && !several.contains(load.pid()), several::toString);
        assertEquals(20, several.size());
        assertEquals(20 * 3 + 1, ids(bulk, ThreadRecord.TYPE).size());
      }
      Bound alone = Bound.of(ProcessRecord.TYPE, ProcessRecord.THREADS, Relation.BELOW, 3);
      try (Bulk bulk = Bulks.collect(source, all.withBounds(Set.of(alone)))) {
        assertEquals(Set.of(load.pid()), Bulks.processes(bulk).keySet());
      }
      // Fields that the programs don't fill are not compared by the programs.
      Bound shm = Bound.of(ProcessRecord.TYPE, ProcessRecord.SHM, Relation.ABOVE, 1L << 40);
      try (Bulk bulk = Bulks.collect(source, all.withBounds(Set.of(threadsAbove(2), shm)))) {
        assertEquals(21, Bulks.processes(bulk).size());
      }
      Bound never =
          Bound.of(ThreadRecord.TYPE, ThreadRecord.RUN_DELAY, Relation.ABOVE, Long.MAX_VALUE);
      Query nothing = all.withPids(Set.of(one)).withBounds(Set.of(never));
      try (Bulk bulk = Bulks.collect(source, nothing)) {
        assertEquals(0, ids(bulk, ThreadRecord.TYPE).size());
        assertEquals(1, Bulks.processes(bulk).size());
      }
    }
  }

  /**
   * The programs and the query agree about every bound: about numbers of all widths, signed
   * numbers, states and shares.
   */
  @ParameterizedTest
  @EnumSource
  void theProgramsEvaluateBoundsAsTheQueryDoes(Way way) throws Exception {
    String name = "same" + way + "-" + ProcessHandle.current().pid();
    Query all =
        Query.of(ProcessRecord.TYPE, LimitsRecord.TYPE).withComms(Set.of(name)).withDetail(FULL);
    try (Program load = Program.runAs(name, directory, "procs", 3, 2);
        BpfSource source = way.open();
        Bulk bulk = Bulks.collect(source, all)) {
      Record process = Bulks.processes(bulk).get(load.pid());
      Record limits = Bulks.records(bulk, LimitsRecord.TYPE).get(0);
      for (Bound bound : boundsAround(process, limits)) {
        Query query = all.withBounds(Set.of(bound));
        try (Bulk left = Bulks.collect(source, query)) {
          for (RecordType type : List.of(process.type(), limits.type())) {
            long expected = Bulks.records(bulk, type).stream().filter(query::needs).count();
            assertEquals(expected, Bulks.records(left, type).size(), bound::toString);
          }
        }
      }
    }
  }

  /** Bounds that are just exceeded, just met and just missed by these records. */
  private static List<Bound> boundsAround(Record process, Record limits) {
    List<Bound> bounds = new ArrayList<>();
    for (Relation relation : Relation.values()) {
      for (Field field : List.of(THREADS, FDS, FD_LIMIT, NICE, STATE, POLICY, VSIZE)) {
        for (int off = -1; off <= 1; off++) {
          bounds.add(Bound.of(process.type(), field, relation, process.get(field) + off));
        }
      }
      bounds.add(Bound.of(process.type(), NICE, relation, -5));
      for (long shares = 1; relation != Relation.EQUAL && shares > 0; shares *= 7) {
        bounds.add(Bound.ofShare(process.type(), FDS, relation, shares, FD_LIMIT));
        for (LimitsRecord.Usage each : LimitsRecord.USAGES) {
          // Other processes of the same user change these two at any time.
          if (!Set.of("nproc", "sigpending").contains(each.limit().name())) {
            Field soft = each.limit().soft();
            bounds.add(Bound.ofShare(limits.type(), each.used(), relation, shares, soft));
          }
        }
      }
    }
    return bounds;
  }

  /**
   * A process that has not changed since an earlier pass is omitted. The walk, for older kernels,
   * doesn't track changes and omits none.
   */
  @ParameterizedTest
  @EnumSource
  void unchangedProcessesStayInTheKernel(Way way) throws Exception {
    String name = "still" + way + "-" + ProcessHandle.current().pid();
    try (Program load = Program.runAs(name, directory, "procs", 20, 3);
        BpfSource source = way.open()) {
      final boolean tracks = source.parts().get("bpf.sweep").equals("runs");
      Set<Integer> all = new TreeSet<>(Set.of(load.pid()));
      load.lines().stream().limit(20).map(Integer::parseInt).forEach(all::add);
      assertEquals(new Found(all, all), changed(source, name, 0, 0, 100), "all are new");
      final Set<Integer> still = tracks ? Set.of() : all;
      assertEquals(new Found(still, still), changed(source, name, 100, 100, 200));
      assertEquals(new Found(all, all), changed(source, name, 50, 200, 300), "it was after 50");
      assertEquals(new Found(still, still), changed(source, name, 300, 300, 400));
      assertEquals(
          new Found(all, all), changed(source, name, 450, 450, 500), "no pass at 450 tracked");
      assertEquals(new Found(still, still), changed(source, name, 500, 500, 600));

      int one = Integer.parseInt(load.lines().get(3));
      for (String signal : List.of("-STOP", "-CONT")) {
        new ProcessBuilder("kill", signal, "" + one).start().waitFor();
      }
      // Else it could be found because it stopped, and run once more after that.
      Await.until("it sleeps again", () -> stat(one).contains(") S "));
      AtomicInteger passes = new AtomicInteger();
      AtomicReference<Found> found = new AtomicReference<>();
      Await.until(
          "it has run",
          () -> {
            int last = 600 + passes.getAndIncrement();
            found.set(changed(source, name, 600, last, last + 1));
            return found.get().threads.contains(one);
          });
      final Set<Integer> moved = tracks ? Set.of(one) : all;
      assertEquals(new Found(moved, moved), found.get());

      Bound first = Bound.of(ProcessRecord.TYPE, ProcessRecord.PID, Relation.EQUAL, load.pid());
      int now = 600 + passes.get();
      Query query = tracking(name, now, now, now + 1).withBounds(Set.of(first));
      final Set<Integer> bound = tracks ? Set.of(load.pid()) : all;
      assertEquals(new Found(bound, still), Found.of(source, query), "exceeds a bound");
    }
  }

  private static String stat(int pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/stat"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The pids of the PROCESS records and those of the THREAD records of a bulk. */
  private record Found(Set<Integer> processes, Set<Integer> threads) {
    static Found of(BpfSource source, Query query) {
      Set<Integer> processes;
      Set<Integer> threads = new TreeSet<>();
      try (Bulk bulk = Bulks.collect(source, query)) {
        processes = new TreeSet<>(Bulks.processes(bulk).keySet());
        for (Record thread : Bulks.records(bulk, ThreadRecord.TYPE)) {
          threads.add((int) thread.get(ThreadRecord.PID));
        }
      }
      return new Found(processes, threads);
    }
  }

  private static Found changed(BpfSource source, String name, long since, long last, long now) {
    return Found.of(source, tracking(name, since, last, now));
  }

  /**
   * A query that tracks changes.
   *
   * @param since the time after which changes count, ns
   * @param last the time of the query's last pass, ns; 0: there was none
   * @param now the time of this pass, ns
   */
  private static Query tracking(String name, long since, long last, long now) {
    long process = ProcessRecord.FDS.bit() | ProcessRecord.RUNTIME.bit();
    long thread = ThreadRecord.RUNTIME.bit() | ThreadRecord.VOLUNTARY_SWITCHES.bit();
    return BOTH.withComms(Set.of(name))
        .withChanges(
            Set.of(
                new Change(ProcessRecord.TYPE, process, since, last, now),
                new Change(ThreadRecord.TYPE, thread, since, last, now)));
  }

  private static Bound threadsAbove(long count) {
    return Bound.of(ProcessRecord.TYPE, ProcessRecord.THREADS, Relation.ABOVE, count);
  }

  private static Bound fdsAbove(long count) {
    return Bound.of(ProcessRecord.TYPE, ProcessRecord.FDS, Relation.ABOVE, count);
  }

  /** Only the programs of one way are loaded, and each other program states why it isn't. */
  @Test
  void thePartsStateWhichWayIsLoaded() throws Exception {
    try (BpfSource source = Way.WALK.open()) {
      assertEquals("runs", source.parts().get("bpf.walk"));
      // A kernel that refuses a program gives its own reason. Here the test refuses it.
      assertFalse(source.parts().get("bpf.list").equals("runs"));
      assertEquals("needs list", source.parts().get("bpf.sweep"));
      assertEquals("needs list", source.parts().get("bpf.waits"));
    }
    try (BpfSource source = Way.SWEEP.open()) {
      assumeTrue(source.parts().get("bpf.sweep").equals("runs"), "an old kernel");
      assertEquals("not needed: sweep runs", source.parts().get("bpf.walk"));
    }
  }

  @Test
  void neitherWay() {
    IOException refused = assertThrows(IOException.class, Way::openNeither);
    assertTrue(refused.getMessage().contains("the program walk: left out"), refused::getMessage);
  }

  private static Set<Integer> pids(int[] pids) {
    return Arrays.stream(pids).boxed().collect(Collectors.toCollection(TreeSet::new));
  }

  /** The threads of a process, in the form of {@link #ids}. */
  private static List<Long> threads(BpfSource source, int pid) {
    try (ProcessRef process = source.process(pid).orElseThrow()) {
      return Arrays.stream(process.tids()).mapToObj(tid -> (long) pid << 32 | tid).toList();
    }
  }

  /** The pid and the tid of each record, in one number. */
  private static List<Long> ids(Bulk bulk, RecordType type) {
    return ids(bulk, type, r -> r.get(ThreadRecord.PID) << 32 | r.get(ThreadRecord.TID));
  }

  private static <T> List<T> ids(Bulk bulk, RecordType type, Function<Record, T> id) {
    return Bulks.records(bulk, type).stream().map(id).toList();
  }
}
