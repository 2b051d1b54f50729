package kifs.fs.cli.table;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.SnapshotRecord;

/**
 * The chosen rows and columns of the records of one type in one bulk. It holds the offsets of the
 * rows and no values. Not thread-safe.
 */
final class Table {
  final RecordType type;
  final List<Column> columns;
  final BulkReader bulk;

  private int[] offsets = new int[16];
  private int rows;
  private final Record row;

  Table(BulkReader bulk, RecordType type, List<Column> columns, Filter.Rows filter) {
    this.bulk = bulk;
    this.type = type;
    this.columns = columns;
    row = new Record(type);
    if (type == SnapshotRecord.TYPE) {
      add(bulk.snapshot(), filter);
    } else {
      bulk.forEach(type, record -> add(record, filter));
    }
  }

  private void add(Record record, Filter.Rows filter) {
    if (filter.passes(bulk, record)) {
      add(record.offset());
    }
  }

  private void add(int offset) {
    offsets = rows == offsets.length ? Arrays.copyOf(offsets, 2 * rows) : offsets;
    offsets[rows++] = offset;
  }

  int rows() {
    return rows;
  }

  /** Sorts the rows. Rows without a value come last. */
  void sort(Column by, boolean isDescending) {
    Record other = new Record(type);
    Comparator<Integer> present =
        (a, b) -> {
          int compared = compare(by, at(row, a), at(other, b));
          return isDescending ? -compared : compared;
        };
    Integer[] sorted = Arrays.stream(offsets, 0, rows).boxed().toArray(Integer[]::new);
    Arrays.sort(
        sorted,
        Comparator.<Integer, Boolean>comparing(offset -> !by.isPresent(at(row, offset)))
            .thenComparing(present));
    Arrays.setAll(offsets, i -> i < rows ? sorted[i] : 0);
  }

  private int compare(Column by, Record a, Record b) {
    if (!by.isNumber()) {
      return by.text(bulk, a).compareTo(by.text(bulk, b));
    }
    if (by.isDecimal()) {
      return Double.compare(by.decimal(a), by.decimal(b));
    }
    return by.isUnsigned()
        ? Long.compareUnsigned(by.integer(a), by.integer(b))
        : Long.compare(by.integer(a), by.integer(b));
  }

  void limit(int top) {
    rows = Math.min(rows, top);
  }

  /**
   * Visits the rows in order.
   *
   * @param action gets the same flyweight for each row
   */
  void forEach(Consumer<Record> action) {
    for (int i = 0; i < rows; i++) {
      action.accept(at(row, offsets[i]));
    }
  }

  private Record at(Record flyweight, int offset) {
    return flyweight.wrap(bulk.snapshot().buffer(), offset);
  }
}
