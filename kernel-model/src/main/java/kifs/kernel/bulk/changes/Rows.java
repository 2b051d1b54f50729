package kifs.kernel.bulk.changes;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import kifs.kernel.bulk.BulkContent;
import kifs.kernel.bulk.RecordCursor;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import org.jspecify.annotations.Nullable;

/** The records of one type of a bulk, in some order, with a present one. Not thread-safe. */
final class Rows {
  private final RecordCursor cursor;

  /** The rows, if they had to be sorted; null: those of the cursor. */
  private final @Nullable Iterator<Record> sorted;

  private final Record present;
  private boolean isAtEnd;

  private Rows(BulkContent bulk, RecordType type, @Nullable Iterator<Record> sorted) {
    this.present = new Record(type);
    this.cursor = bulk.cursor(type);
    this.sorted = sorted;
    advance();
  }

  /** The rows in the order in which the bulk has them. */
  static Rows unsorted(BulkContent bulk, RecordType type) {
    return new Rows(bulk, type, null);
  }

  /**
   * The rows in some order.
   *
   * @param order rows that are in this order already are not sorted
   */
  static Rows sorted(BulkContent bulk, RecordType type, Comparator<Record> order) {
    return new Rows(bulk, type, isSorted(bulk, type, order) ? null : sort(bulk, type, order));
  }

  private static boolean isSorted(BulkContent bulk, RecordType type, Comparator<Record> order) {
    RecordCursor cursor = bulk.cursor(type);
    Record last = new Record(type);
    Record next = new Record(type);
    boolean isFirst = true;
    while (cursor.next(next)) {
      if (!isFirst && order.compare(last, next) > 0) {
        return false;
      }
      last.wrap(next.buffer(), next.offset());
      isFirst = false;
    }
    return true;
  }

  private static Iterator<Record> sort(
      BulkContent bulk, RecordType type, Comparator<Record> order) {
    List<Record> all = new ArrayList<>();
    RecordCursor cursor = bulk.cursor(type);
    for (Record record = new Record(type); cursor.next(record); record = new Record(type)) {
      all.add(record);
    }
    all.sort(order);
    return all.iterator();
  }

  boolean isAtEnd() {
    return isAtEnd;
  }

  /** The present row, which is a flyweight that moves with {@link #advance}. */
  Record present() {
    return present;
  }

  void advance() {
    if (sorted == null) {
      isAtEnd = !cursor.next(present);
    } else if (sorted.hasNext()) {
      Record next = sorted.next();
      present.wrap(next.buffer(), next.offset());
    } else {
      isAtEnd = true;
    }
  }

  /** Skips the rows after the present one that others have after theirs, byte by byte. */
  void skipEqual(Rows others) {
    if (sorted == null && others.sorted == null) {
      cursor.skipEqual(others.cursor);
    }
  }
}
