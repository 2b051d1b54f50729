package kifs.kernel.bulk.changes;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import kifs.kernel.bulk.BulkContent;
import kifs.kernel.bulk.RecordCursor;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;

/** The records of one type of a bulk, in some order, with a present one. Not thread-safe. */
final class Rows {
  private final RecordCursor cursor;
  private final Record present;
  private boolean isAtEnd;

  /**
   * @param order the order of the rows. Records that are in this order already are not sorted
   */
  Rows(BulkContent bulk, RecordType type, Comparator<Record> order) {
    this.present = new Record(type);
    this.cursor = isSorted(bulk, type, order) ? bulk.cursor(type) : sorted(bulk, type, order);
    advance();
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

  private static RecordCursor sorted(BulkContent bulk, RecordType type, Comparator<Record> order) {
    List<Record> all = new ArrayList<>();
    RecordCursor cursor = bulk.cursor(type);
    for (Record record = new Record(type); cursor.next(record); record = new Record(type)) {
      all.add(record);
    }
    all.sort(order);
    Iterator<Record> sorted = all.iterator();
    return record -> {
      if (!sorted.hasNext()) {
        return false;
      }
      Record next = sorted.next();
      record.wrap(next.buffer(), next.offset());
      return true;
    };
  }

  boolean isAtEnd() {
    return isAtEnd;
  }

  /** The present row, which is a flyweight that moves with {@link #advance}. */
  Record present() {
    return present;
  }

  void advance() {
    isAtEnd = !cursor.next(present);
  }
}
