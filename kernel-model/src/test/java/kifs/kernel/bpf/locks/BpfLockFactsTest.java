package kifs.kernel.bpf.locks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kifs.kernel.bpf.BpfSource;
import kifs.kernel.bpf.layout.Capacity;
import kifs.kernel.bpf.pass.BpfEngine;
import kifs.kernel.bpf.program.BpfProgram;
import kifs.kernel.bpf.program.Programs;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.locks.blocked.BlockedCall;
import kifs.kernel.locks.blocked.LockFacts;
import kifs.kernel.procfs.ProcfsSource;
import kifs.kernel.query.Query;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.WaitRecord;
import kifs.kernel.source.Cancellation;
import kifs.testing.Bulks;
import kifs.testing.Program;
import org.junit.jupiter.api.Test;

/** Finds the blocked threads of some processes, without listing all processes before. */
class BpfLockFactsTest {
  /**
   * The number of blocked threads of each process. The first process has more than a slot can hold.
   * The slot has no space for the second and the third together.
   */
  private static final List<Integer> WAITERS =
      List.of(Capacity.BATCH_BLOCKED.count() + 50, 700, 600, 1);

  @Test
  void everyBlockedThreadOfSomeProcesses() throws Exception {
    List<String> python =
        List.of(
            "python3",
            "-c",
            """
            import ctypes, os, sys, threading, time
            held = threading.Lock()
            held.acquire()
            threading.stack_size(65536)
            def blocked(pid):
              def call(tid):
                with open(f"/proc/{pid}/task/{tid}/syscall") as file:
                  return file.read().split()[0]
              tids = os.listdir(f"/proc/{pid}/task")
              return sum(call(tid) in ("202", "98") for tid in tids)
            for waiters in map(int, sys.argv[1:]):
              child = os.fork()
              if child == 0:
                ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG: it ends with its parent
                for _ in range(waiters):
                  threading.Thread(target=held.acquire, daemon=True).start()
                time.sleep(600)
              while blocked(child) < waiters:
                time.sleep(0.01)
              print(child, flush=True)
            print("ready", flush=True)
            time.sleep(600)
            """);
    List<String> command = new ArrayList<>(python);
    WAITERS.forEach(waiters -> command.add(waiters.toString()));
    try (Program parent = Program.ready(command);
        ProcfsSource procfs = ProcfsSource.open(Path.of("/proc"))) {
      BpfEngine engine = new BpfEngine(procfs, new Programs(Set.of()));
      Set<Integer> pids = new TreeSet<>();
      parent.lines().forEach(pid -> pids.add(Integer.parseInt(pid)));
      assertEquals(WAITERS.size(), pids.size());
      Set<Integer> asked = new HashSet<>(pids);
      asked.add(parent.pid());
      asked.add(Integer.MAX_VALUE);

      List<Integer> found = threads(new BpfLockFacts(engine, procfs.newLockFacts()), asked);
      engine.close();

      assertEquals(WAITERS.stream().mapToInt(i -> i).sum(), found.size());
      assertEquals(threads(procfs.newLockFacts(), asked), found);
    }
  }

  /**
   * On such a kernel passes are made by walks, and no list of processes is at hand for the program
   * that finds blocked threads.
   */
  @Test
  void aKernelThatRefusesOnlyTheSweep() throws Exception {
    try (BpfSource source =
        BpfSource.open(ProcfsSource.open(Path.of("/proc")), Set.of(BpfProgram.SWEEP))) {
      Query query = Query.of(ThreadRecord.TYPE, WaitRecord.TYPE);
      Bulk bulk =
          Bulks.collect(source, query.withFields(ThreadRecord.TYPE, ThreadRecord.WAIT_KIND));
      boolean found =
          Bulks.records(bulk, ThreadRecord.TYPE).stream()
              .anyMatch(thread -> thread.has(ThreadRecord.WAIT_KIND));
      bulk.release();
      assertTrue(found);
    }
  }

  private static List<Integer> threads(LockFacts facts, Set<Integer> pids) {
    List<Integer> tids = new ArrayList<>();
    facts.begin();
    facts.blocked(pids, false, (BlockedCall call) -> tids.add(call.tid()), Cancellation.NEVER);
    return tids.stream().sorted().toList();
  }
}
