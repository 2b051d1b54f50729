package kifs.kernel.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.WaitKind;
import kifs.kernel.record.WaitRecord;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;
import kifs.testing.Await;
import kifs.testing.Bulks;
import kifs.testing.Program;
import kifs.testing.Run;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A process that waits for its child in vfork(2), which ends when the child executes a program. */
class VforkTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "PROCFS,vfork", "PROCFS,clone", "PROCFS,spawn",
    "SWEEP,vfork", "SWEEP,clone", "SWEEP,spawn"
  })
  void theParentWaitsForTheChild(AnySource which, String how) throws Exception {
    Path fifo = directory.resolve("fifo");
    Run.of("mkfifo", fifo.toString()).silent();
    try (KernelSource source = which.open();
        Program program = Program.run("vfork-stuck", how, fifo);
        ProcessRef process = source.process(program.pid()).orElseThrow()) {
      Await.until("a child", () -> child(program).isPresent());
      int child = child(program).orElseThrow();
      Await.until("both wait", () -> isAsleep(child) && isAsleep(program.pid()));
      Query waits = Query.of(WaitRecord.TYPE);
      for (Query one : List.of(waits, waits.withPids(Set.of(program.pid())))) {
        try (Bulk bulk = Bulks.collect(source, one)) {
          check(bulk, program.pid(), child);
        }
      }
      Query threads = Query.of(ThreadRecord.TYPE).withDetail(Detail.FULL);
      try (Bulk bulk = Bulks.collect(source, process, threads)) {
        Record thread = Bulks.threads(bulk).get(program.pid());
        assertEquals(WaitKind.CHILD.code(), thread.get(ThreadRecord.WAIT_KIND));
        assertEquals(child, thread.get(ThreadRecord.WAIT_OWNER));
        assertEquals(child, thread.get(ThreadRecord.WAIT_OBJECT));
      }
    }
  }

  private static void check(Bulk bulk, int parent, int child) {
    Record wait =
        Bulks.records(bulk, WaitRecord.TYPE).stream()
            .filter(one -> one.get(WaitRecord.WAITER_TID) == parent)
            .findFirst()
            .orElseThrow();
    assertEquals(WaitKind.CHILD.code(), wait.get(WaitRecord.KIND));
    assertEquals(child, wait.get(WaitRecord.OWNER_PID));
  }

  /** The OOM killer passes over a process that has the memory of its parent only for a while. */
  @ParameterizedTest
  @CsvSource({"PROCFS", "SWEEP", "WALK"})
  void theScoreOfTheChildIsThatOfTheKernel(AnySource which) throws Exception {
    Path fifo = directory.resolve("fifo");
    Run.of("mkfifo", fifo.toString()).silent();
    try (KernelSource source = which.open();
        Program program = Program.run("vfork-stuck", "vfork", fifo)) {
      Await.until("a child", () -> child(program).isPresent());
      Path score = Path.of("/proc/" + child(program).orElseThrow() + "/oom_score");
      assertEquals("0", Files.readString(score).strip());
      Query query = Query.of(ProcessRecord.TYPE);
      try (Bulk bulk = Bulks.collect(source, query.withDetail(Detail.FULL))) {
        var processes = Bulks.processes(bulk);
        Record child = processes.get(child(program).orElseThrow());
        assertTrue(child.has(ProcessRecord.OOM_SCORE));
        assertEquals(0, child.get(ProcessRecord.OOM_SCORE));
        assertTrue(processes.get(program.pid()).get(ProcessRecord.OOM_SCORE) > 0);
      }
    }
  }

  private static Optional<Integer> child(Program program) {
    String pid = Integer.toString(program.pid());
    return read(Path.of("/proc", pid, "task", pid, "children"))
        .filter(children -> !children.isBlank())
        .map(children -> Integer.parseInt(children.strip()));
  }

  private static boolean isAsleep(int pid) {
    String stat = read(Path.of("/proc/" + pid + "/stat")).orElse("");
    return stat.contains(") S ") || stat.contains(") D ");
  }

  private static Optional<String> read(Path file) {
    try {
      return Optional.of(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
    } catch (java.io.IOException e) {
      return Optional.empty();
    }
  }
}
