package kifs.kernel.bulk;

import kifs.kernel.record.Record;

/** Visits the records of one type of a bulk, in their order. Not thread-safe. */
public interface RecordCursor {
  /**
   * Points the flyweight at the next record.
   *
   * @return false if there is none; the flyweight stays where it was
   */
  boolean next(Record record);
}
