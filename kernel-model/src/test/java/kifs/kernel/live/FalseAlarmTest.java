package kifs.kernel.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.live.LockCorpus.Case;
import kifs.kernel.live.LockCorpus.Language;
import kifs.kernel.procfs.ProcfsSource;
import kifs.kernel.query.Query;
import kifs.kernel.record.WaitRecord;
import kifs.kernel.source.KernelSource;
import kifs.testing.Bulks;
import kifs.testing.Program;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Passes without a pause over hundreds of threads that contend for locks in every way. No deadlock
 * may be reported. {@code benchmarks/run.sh alarms} does the same for ten minutes.
 */
class FalseAlarmTest {
  /** The source under test. Subclasses run the same tests with another source. */
  KernelSource openSource() throws IOException {
    return ProcfsSource.open(Path.of("/proc"));
  }

  private static final long TRIAL_NS = 12_000_000_000L;
  private static final Case CONTENTION =
      new Case("all", Language.CONTEND, List.of("all", "300"), Set.of(), Set.of());

  @TempDir Path directory;

  @Test
  void noDeadlockWhereThereIsNone(TestReporter reporter) throws Exception {
    Query query = Query.of(WaitRecord.TYPE).withFields(WaitRecord.TYPE, WaitRecord.DEADLOCK);
    try (KernelSource source = openSource();
        Program program = new LockPrograms(directory).start(CONTENTION).orElseThrow()) {
      long end = System.nanoTime() + TRIAL_NS;
      int passes = 0;
      int waits = 0;
      int owned = 0;
      int deadlocks = 0;
      while (System.nanoTime() < end) {
        try (Bulk bulk = Bulks.collect(source, query)) {
          passes++;
          for (var wait : Bulks.records(bulk, WaitRecord.TYPE)) {
            if (wait.get(WaitRecord.WAITER_PID) == program.pid()) {
              waits++;
              owned += wait.has(WaitRecord.OWNER_PID) ? 1 : 0;
              deadlocks += wait.get(WaitRecord.DEADLOCK) == 0 ? 0 : 1;
            }
          }
        }
      }
      reporter.publishEntry(
          "found",
          "%d passes, %d waits, %d of them with an owner, %d deadlocks"
              .formatted(passes, waits, owned, deadlocks));
      assertEquals(0, deadlocks);
      assertTrue(passes > 1 && owned > passes, "no owners were found");
    }
  }
}
