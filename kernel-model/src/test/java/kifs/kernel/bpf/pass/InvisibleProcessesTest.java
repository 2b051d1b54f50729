package kifs.kernel.bpf.pass;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import kifs.kernel.bpf.holdings.BpfHoldings;
import kifs.kernel.bpf.locks.BpfLockFacts;
import kifs.kernel.bpf.program.Programs;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.live.Way;
import kifs.kernel.procfs.ProcfsSource;
import kifs.kernel.query.Query;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ShmUserRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.Cancellation;
import kifs.testing.Await;
import kifs.testing.Bulks;
import kifs.testing.Program;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The list of invisible processes. In the tests of passes the list is wrong: it names processes
 * that the programs see. That happens when an invisible process exits and the kernel gives its id
 * to a visible one.
 */
class InvisibleProcessesTest {
  private static final Query BOTH = Query.of(ProcessRecord.TYPE, ThreadRecord.TYPE);

  private final Deque<int[]> inProc = new ArrayDeque<>();

  /** The ids that the programs list. Null: they can't list the processes. */
  private int[] visible = {};

  private InvisibleProcesses find() {
    return new InvisibleProcesses(
        inProc::remove,
        visitor -> {
          if (visible != null) {
            Arrays.stream(visible).forEach(visitor);
          }
          return visible != null;
        });
  }

  private void inProc(int... pids) {
    inProc.add(pids);
  }

  @Test
  void aProcessIsInvisibleIfOnlyProcNamesItBeforeAndAfterTheList() {
    visible = new int[] {2, 5, 8};
    inProc(1, 2, 3, 5, 6);
    inProc(1, 2, 4, 5, 6, 8);
    InvisibleProcesses invisible = find();
    assertArrayEquals(new int[] {1, 6}, invisible.pids());
    assertTrue(invisible.contains(6));
    assertFalse(invisible.contains(3), "it vanished");
    assertFalse(invisible.contains(4), "it is new");
  }

  @Test
  void theyAreFoundAgainOnlyIfThereWereAny() {
    visible = new int[] {2};
    inProc(2);
    inProc(2);
    InvisibleProcesses none = find();
    none.refresh();
    assertEquals(0, none.pids().length);

    inProc(1, 2);
    inProc(1, 2);
    InvisibleProcesses invisible = find();
    inProc(2, 3);
    inProc(2, 3);
    invisible.refresh();
    assertArrayEquals(new int[] {3}, invisible.pids());
    visible = null;
    inProc(2, 4);
    invisible.refresh();
    assertArrayEquals(new int[] {3}, invisible.pids(), "the earlier result stays");
  }

  /** The programs of this host, and a list of invisible processes that names visible ones too. */
  private static final class Wrong implements AutoCloseable {
    private final ProcfsSource procfs = ProcfsSource.open(Path.of("/proc"));
    private final Programs programs;
    private final BpfEngine engine;

    Wrong(Way way, Set<Integer> visible) throws Exception {
      programs = new Programs(way.without());
      engine = new BpfEngine(procfs, programs, passes -> wrong(passes, visible));
    }

    private InvisibleProcesses wrong(Passes passes, Set<Integer> visible) {
      return new InvisibleProcesses(
          procfs::pids,
          visitor ->
              passes.forEachPid(
                  pid -> {
                    if (!visible.contains(pid)) {
                      visitor.accept(pid);
                    }
                  }));
    }

    /** The ids of the records that a pass by the programs makes, in their order. */
    List<Long> pass(Query query, RecordType type, Function<Record, Long> id) {
      PassMaker passes = new PassMaker(engine, Optional::empty);
      try (Bulk bulk =
          Bulks.fill(
              procfs, query, into -> passes.collect(query, null, into, Cancellation.NEVER))) {
        return Bulks.records(bulk, type).stream().map(id).toList();
      }
    }

    @Override
    public void close() {
      procfs.close();
      engine.close();
    }
  }

  private static void assertAscending(List<Long> ids) {
    assertEquals(new ArrayList<>(new TreeSet<>(ids)), ids);
  }

  private static long threadId(Record thread) {
    return thread.get(ThreadRecord.PID) << 32 | thread.get(ThreadRecord.TID);
  }

  /** The main process of the load, its first child and its last. */
  private static Set<Integer> some(Program load) {
    List<String> children = load.lines();
    return Set.of(
        load.pid(),
        Integer.parseInt(children.get(0)),
        Integer.parseInt(children.get(children.size() - 1)));
  }

  @ParameterizedTest
  @EnumSource
  void aPassBringsAListedProcessThatIsVisibleOnce(Way way) throws Exception {
    try (Program load = Program.run("procs", 5, 3);
        Wrong wrong = new Wrong(way, some(load))) {
      for (int pid : some(load)) {
        assertTrue(wrong.engine.invisible().contains(pid));
      }
      List<Long> pids =
          wrong.pass(BOTH, ProcessRecord.TYPE, process -> process.get(ProcessRecord.PID));
      assertAscending(pids);
      List<Long> threads = wrong.pass(BOTH, ThreadRecord.TYPE, InvisibleProcessesTest::threadId);
      assertAscending(threads);
      for (long pid : some(load)) {
        assertTrue(pids.contains(pid), "process " + pid);
        long expected = pid == load.pid() ? 1 : 3;
        assertEquals(expected, threads.stream().filter(id -> id >> 32 == pid).count());
      }
    }
  }

  @Test
  void theListOfAllProcessesNamesItOnce() throws Exception {
    try (Program load = Program.run("procs", 5, 1);
        Wrong wrong = new Wrong(Way.SWEEP, some(load))) {
      Optional<int[]> listed = wrong.engine.pids();
      assumeTrue(listed.isPresent(), "no program lists the processes");
      int[] pids = listed.get();
      assertArrayEquals(Arrays.stream(pids).distinct().toArray(), pids);
      some(load).forEach(pid -> assertTrue(Arrays.binarySearch(pids, pid) >= 0));
    }
  }

  @Test
  void itsOpenFilesAndItsSharedMemoryAreReportedOnce() throws Exception {
    String tag = "kifs-invisible-" + ProcessHandle.current().pid();
    try (Program load = Program.run("procs", 2, 1);
        Program shm = Program.run("shm-users", tag).cleaningUp();
        Wrong wrong = new Wrong(Way.SWEEP, Set.of(load.pid(), shm.pid()))) {
      List<List<Long>> fds = fds(wrong.procfs, load.pid());
      List<List<Long>> users = shm(wrong.procfs, shm.pid());
      assertTrue(fds.size() >= 3 && users.size() >= 3, fds + " " + users);
      wrong.procfs.useHeldFacts(new BpfHoldings(wrong.engine, wrong.programs));
      assertEquals(fds, fds(wrong.procfs, load.pid()));
      assertEquals(users, shm(wrong.procfs, shm.pid()));
      shm.endInput();
      shm.await();
    }
  }

  private static List<List<Long>> fds(ProcfsSource source, int pid) {
    return held(source, pid, FdRecord.TYPE, FdRecord.PID, FdRecord.FD, FdRecord.INODE);
  }

  private static List<List<Long>> shm(ProcfsSource source, int pid) {
    return held(
        source,
        pid,
        ShmUserRecord.TYPE,
        ShmUserRecord.PID,
        ShmUserRecord.ID,
        ShmUserRecord.MAPPED,
        ShmUserRecord.MAPPINGS);
  }

  /** These fields of all records about a process, in a pass over all processes. */
  private static List<List<Long>> held(
      ProcfsSource source, int pid, RecordType type, Field pidField, Field... others) {
    try (Bulk bulk = Bulks.collect(source, Query.of(type))) {
      return Bulks.records(bulk, type).stream()
          .filter(record -> record.get(pidField) == pid)
          .map(record -> Arrays.stream(others).map(record::get).toList())
          .toList();
    }
  }

  @Test
  void itsBlockedThreadsAreFoundOnce() throws Exception {
    List<String> python =
        List.of(
            "python3",
            "-c",
            "import threading\nheld=threading.Lock()\nheld.acquire()\n"
                + "print('ready',flush=True)\nheld.acquire()");
    try (Program blocked = Program.ready(python);
        Wrong wrong = new Wrong(Way.SWEEP, Set.of(blocked.pid()))) {
      assumeTrue(wrong.engine.findsWaits(), "no program finds blocked threads");
      int pid = blocked.pid();
      Await.until("blocked", () -> blockedCalls(wrong, Set.of(pid)).contains(pid));
      for (Set<Integer> pids : List.of(Set.<Integer>of(), Set.of(pid))) {
        List<Integer> tids = blockedCalls(wrong, pids);
        assertEquals(1, tids.stream().filter(tid -> tid == pid).count(), pids::toString);
      }
    }
  }

  private static List<Integer> blockedCalls(Wrong wrong, Set<Integer> pids) {
    List<Integer> tids = new ArrayList<>();
    BpfLockFacts facts = new BpfLockFacts(wrong.engine, wrong.procfs.newLockFacts());
    facts.begin();
    facts.blocked(pids, false, call -> tids.add(call.tid()), Cancellation.NEVER);
    return tids;
  }
}
