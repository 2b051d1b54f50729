package kifs.kernel.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.bulk.changes.BulkDifference;
import kifs.kernel.bulk.changes.BulkUpdate;
import kifs.kernel.query.Query;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.GoneRecord;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.KernelSource;
import kifs.testing.Bulks;
import kifs.testing.Program;
import kifs.testing.Project;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Changed bulks of this host are applied one after another, while processes come, go, execute
 * programs, and change their names, users, limits, places and states, and while ids are used again.
 */
@Timeout(300)
class LiveChangesTest {
  private static final int STEPS = 40;

  private static final Query QUERY =
      Query.of(
          ProcessRecord.TYPE,
          ThreadRecord.TYPE,
          CommandRecord.TYPE,
          LimitsRecord.TYPE,
          CgroupRecord.TYPE);

  /** What a user has, who has other processes on this host, too. */
  private static final String OF_OTHERS = " (nproc|sigpending)_used=\\S+";

  private final ChunkPool pool = new ChunkPool(1L << 28, 0);

  @ParameterizedTest
  @EnumSource(AnySource.class)
  void theyAreTheWhole(AnySource kind) throws Exception {
    try (KernelSource source = kind.open();
        Program storm =
            Program.ready(
                List.of("python3", Project.PROGRAMS.resolve("changes.py").toString(), "21"))) {
      Bulk before = Bulks.collect(source, QUERY);
      Bulk table = before.retain();
      long gone = 0;
      for (int step = 0; step < STEPS; step++) {
        storm.send("");
        // The first pass is in the midst of the changes, the second one after them.
        for (int pass = 0; pass < 2; pass++) {
          Set<String> pids = pass == 0 ? Set.of() : pids(storm.line());
          Bulk now = Bulks.collect(source, QUERY);
          try (Bulk old = before;
              Bulk changed = BulkDifference.between(old, now, pool)) {
            gone += changed.count(GoneRecord.TYPE);
            table = apply(table, changed);
          }
          before = now;
          assertEquals(Bulks.lines(now), Bulks.lines(table), "step " + step);
          if (pass == 1) {
            checkAgainstAnotherPass(source, table, pids);
          }
        }
      }
      assertTrue(gone > 0);
      before.release();
      table.release();
      storm.endInput();
      assertEquals(0, storm.await());
    }
    assertEquals(0, pool.lentBytes());
  }

  private Bulk apply(Bulk table, Bulk changed) throws BulkFormatException {
    try (table) {
      return BulkUpdate.apply(table, changed, pool);
    }
  }

  private static Set<String> pids(String line) {
    return Arrays.stream(line.split(" "))
        .map(pid -> " pid=" + pid + " ")
        .collect(Collectors.toSet());
  }

  /** The processes of the storm sleep, so another pass must find the same, field by field. */
  private static void checkAgainstAnotherPass(KernelSource source, Bulk table, Set<String> pids) {
    try (Bulk again = Bulks.collect(source, QUERY)) {
      List<String> expected = about(again, pids);
      assertTrue(expected.size() >= 3 * pids.size(), expected::toString);
      List<String> found = about(table, pids);
      assertEquals(expected.size(), found.size());
      for (int i = 0; i < expected.size(); i++) {
        assertEquals(expected.get(i), found.get(i));
      }
    }
  }

  private static List<String> about(Bulk bulk, Set<String> pids) {
    return Bulks.lines(bulk).stream()
        .filter(line -> pids.stream().anyMatch(line::contains))
        .map(line -> line.replaceAll(OF_OTHERS, ""))
        .toList();
  }
}
