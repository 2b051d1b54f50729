package kifs.fs.cli.table;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;

/**
 * What differs between the records of one type in two bulks: which entities came, went and changed.
 * An entity is the same in both if its ids and its start are. Not thread-safe.
 */
public final class Difference {
  /** The columns that together identify an entity, as far as its type has them. */
  private static final List<String> IDS =
      List.of("id", "pid", "tid", "fd", "waiter_pid", "waiter_tid", "cpu", "start_ns");

  private final RecordType type;
  private final boolean isHuman;
  private final List<Column> ids;
  private final List<Column> compared;
  private final Optional<Column> name;

  /** One line of the difference. */
  public record Line(Kind kind, List<Value> ids, List<Change> changes) {}

  /** How an entity differs. */
  public enum Kind {
    CAME,
    WENT,
    CHANGED
  }

  /** A value of an entity, as it is printed. */
  public record Value(String column, String value) {}

  /** A value that differs; a value that is absent is empty. */
  public record Change(String column, String before, String after) {}

  /**
   * @param columns the names of the columns to compare; empty: those of a table for people
   * @param isHuman whether numbers have units for people
   * @throws BadTableException if the type lacks a column
   */
  public Difference(RecordType type, List<String> columns, boolean isHuman)
      throws BadTableException {
    this.type = type;
    this.isHuman = isHuman;
    List<Column> all = Column.of(type);
    ids = IDS.stream().flatMap(id -> Column.named(id, all).stream()).toList();
    name = Column.named("comm", all);
    compared = chosen(type, columns, all).stream().filter(column -> !ids.contains(column)).toList();
  }

  private static List<Column> chosen(RecordType type, List<String> names, List<Column> all)
      throws BadTableException {
    if (names.isEmpty()) {
      return DefaultColumns.of(type, all);
    }
    if (names.contains(TableQuery.ALL)) {
      return all;
    }
    List<Column> chosen = new ArrayList<>();
    for (String name : names) {
      chosen.add(Column.named(name, type, all));
    }
    return chosen;
  }

  /** The entities that differ: first who came, then who went, then who changed. */
  public List<Line> lines(BulkReader before, BulkReader after) {
    Map<String, Integer> old = offsets(before);
    Map<String, Integer> present = offsets(after);
    List<Line> lines = new ArrayList<>();
    Record was = new Record(type);
    Record is = new Record(type);
    present.forEach(
        (id, offset) -> {
          if (!old.containsKey(id)) {
            lines.add(line(Kind.CAME, after, at(after, is, offset), List.of()));
          }
        });
    old.forEach(
        (id, offset) -> {
          if (!present.containsKey(id)) {
            lines.add(line(Kind.WENT, before, at(before, was, offset), List.of()));
          }
        });
    present.forEach(
        (id, offset) -> {
          Integer earlier = old.get(id);
          if (earlier != null) {
            at(after, is, offset);
            List<Change> changes = changes(before, at(before, was, earlier), after, is);
            if (!changes.isEmpty()) {
              lines.add(line(Kind.CHANGED, after, is, changes));
            }
          }
        });
    return lines;
  }

  private Map<String, Integer> offsets(BulkReader bulk) {
    Map<String, Integer> offsets = new LinkedHashMap<>();
    Map<String, Integer> counts = new HashMap<>();
    bulk.forEach(
        type,
        record -> {
          StringBuilder id = new StringBuilder();
          ids.forEach(column -> id.append(raw(column, bulk, record)).append(' '));
          // Records of one entity, such as a wait with several owners, are told apart by order.
          int same = counts.merge(id.toString(), 1, Integer::sum);
          offsets.put(id.append(same).toString(), record.offset());
        });
    return offsets;
  }

  private static Record at(BulkReader bulk, Record flyweight, int offset) {
    return flyweight.wrap(bulk.snapshot().buffer(), offset);
  }

  private List<Change> changes(BulkReader before, Record was, BulkReader after, Record is) {
    List<Change> changes = new ArrayList<>();
    for (Column column : compared) {
      String old = raw(column, before, was);
      String now = raw(column, after, is);
      if (!old.equals(now)) {
        String oldCell = cell(column, before, was);
        String nowCell = cell(column, after, is);
        // A change that rounding would hide is shown in full.
        boolean isHidden = oldCell.equals(nowCell);
        changes.add(new Change(column.name(), isHidden ? old : oldCell, isHidden ? now : nowCell));
      }
    }
    return changes;
  }

  private Line line(Kind kind, BulkReader bulk, Record record, List<Change> changes) {
    List<Value> values = new ArrayList<>();
    for (Column id : ids) {
      if (!id.name().equals("start_ns")) {
        values.add(new Value(id.name(), cell(id, bulk, record)));
      }
    }
    name.ifPresent(column -> values.add(new Value("comm", cell(column, bulk, record))));
    return new Line(kind, values, changes);
  }

  private String raw(Column column, BulkReader bulk, Record record) {
    return Cells.cell(column, bulk, record, false, "");
  }

  /** Texts are not escaped, because whoever prints a line escapes them. */
  private String cell(Column column, BulkReader bulk, Record record) {
    return Cells.cell(column, bulk, record, isHuman && column.isNumber(), "");
  }
}
