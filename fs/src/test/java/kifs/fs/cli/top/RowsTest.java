package kifs.fs.cli.top;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;
import java.util.stream.IntStream;
import kifs.fs.cli.table.BadTableException;
import kifs.fs.cli.table.Column;
import kifs.fs.cli.table.Filter;
import kifs.fs.cli.top.TopBulks.Process;
import kifs.kernel.record.ProcessRecord;
import org.junit.jupiter.api.Test;

class RowsTest {
  private static final Filter.Rows ALL = (bulk, record) -> true;

  private final Rows rows = new Rows();

  private static Figure figure(String name) throws BadTableException {
    return Figure.named(name, ProcessRecord.TYPE, Column.of(ProcessRecord.TYPE));
  }

  private String ids() {
    StringJoiner ids = new StringJoiner(" ");
    IntStream.range(0, rows.shown()).forEach(row -> ids.add(Integer.toString(rows.id(row))));
    return ids.toString();
  }

  private String cells(String name) throws BadTableException {
    Figure figure = figure(name);
    StringJoiner cells = new StringJoiner(" ");
    for (int row = 0; row < rows.shown(); row++) {
      cells.add(rows.id(row) + ":" + rows.cell(figure, row));
    }
    return cells.toString();
  }

  /** Of a process that came, or whose pid another one had, the rate is that since its start. */
  @Test
  void ratesAreDifferencesOfTwoBulks() throws Exception {
    rows.fill(
        Kind.PROCESSES,
        TopBulks.bulk(
            12,
            new Process(1, 0, "a", 0, 5),
            new Process(2, 1, 0, "new", 0, 1, 10),
            new Process(3, 1, 0, "came", 0, 0.5, 11),
            new Process(9, 1, "idle", 0, 4)),
        TopBulks.bulk(
            10,
            new Process(1, 0, "a", 0, 4),
            new Process(2, 1, "old", 0, 0),
            new Process(5, 1, "gone", 0, 3),
            new Process(9, 1, "idle", 0, 4)));
    rows.select(ALL, figure("runtime/s"), false, false);
    assertEquals("1:50.0 2:50.0 3:50.0 9:0.0", cells("runtime/s"));
    assertEquals("1:5.00s 2:1.00s 3:500ms 9:4.00s", cells("runtime"));
    assertEquals("1:- 2:- 3:- 9:-", cells("write/s"));
  }

  @Test
  void aLoneBulkHasRatesSinceTheStart() throws Exception {
    rows.fill(Kind.PROCESSES, TopBulks.bulk(11, new Process(1, 0, "a", 0, 2.5)), null);
    rows.select(ALL, figure("runtime/s"), false, false);
    assertEquals("1:25.0", cells("runtime/s"));
  }

  @Test
  void sortsNumbersAndTexts() throws Exception {
    rows.fill(
        Kind.PROCESSES,
        TopBulks.bulk(
            12,
            new Process(1, 0, "b", 5, 0),
            new Process(2, 1, "c", -1, 0),
            new Process(3, 1, "a", 7, 0)),
        null);
    rows.select(ALL, figure("rss"), false, false);
    assertEquals("2 3 1", ids());
    rows.select(ALL, figure("rss"), true, false);
    assertEquals("1 3 2", ids());
    rows.select(ALL, figure("comm"), false, false);
    assertEquals("3 1 2", ids());
    rows.select(ALL, figure("comm"), true, false);
    assertEquals("2 1 3", ids());
  }

  @Test
  void aTreeHasParentsOfWhatPassesAndLines() throws Exception {
    rows.fill(
        Kind.PROCESSES,
        TopBulks.bulk(
            12,
            new Process(1, 0, "init", 1, 0),
            new Process(2, 1, "shell", 2, 0),
            new Process(3, 1, "other", 9, 0),
            new Process(4, 2, "java", 3, 0),
            new Process(5, 2, "java", 4, 0),
            new Process(6, 77, "orphan", 1, 0)),
        null);
    rows.select(ALL, figure("rss"), false, true);
    assertEquals("1 3 2 5 4 6", ids());
    List<String> branches = IntStream.range(0, 6).mapToObj(i -> rows.branch(i, false)).toList();
    assertEquals(List.of("", "|-", "`-", "  |-", "  `-", ""), branches);
    rows.select((bulk, record) -> record.get(ProcessRecord.PID) == 4, figure("rss"), false, true);
    assertEquals("1 2 4", ids());
  }

  /** A wrong file must not make the view hang or lose rows. */
  @Test
  void circlesOfParentsAreTrees() throws Exception {
    rows.fill(
        Kind.PROCESSES,
        TopBulks.bulk(
            12,
            new Process(1, 1, "self", 0, 0),
            new Process(2, 3, "a", 0, 0),
            new Process(3, 2, "b", 0, 0),
            new Process(4, 3, "c", 0, 0)),
        null);
    rows.select(ALL, figure("pid"), true, true);
    assertEquals("1 2 3 4", ids());
  }

  @Test
  void theSortIsStableAtAnyLength() {
    Random random = new Random(3);
    for (int count = 0; count < 200; count++) {
      int[] keys = random.ints(count, 0, 20).toArray();
      int[] sorted = IntStream.range(0, count).toArray();
      Ints.sort(sorted, count, new int[count], (a, b) -> Integer.compare(keys[a], keys[b]));
      List<Integer> expected = new ArrayList<>(IntStream.range(0, count).boxed().toList());
      Collections.sort(expected, (a, b) -> Integer.compare(keys[a], keys[b]));
      assertEquals(expected, IntStream.of(sorted).boxed().toList());
    }
  }

  @Test
  void onlyCountersHaveRates() {
    BadTableException refused = assertThrows(BadTableException.class, () -> figure("rss/s"));
    assertTrue(refused.getMessage().contains("rss is no counter"), refused::getMessage);
  }
}
