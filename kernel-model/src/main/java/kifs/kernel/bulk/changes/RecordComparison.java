package kifs.kernel.bulk.changes;

import java.nio.ByteBuffer;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.BulkContent;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;

/**
 * Compares records of two bulks. Two records are equal if every field, every flag and every text
 * is. Where the texts are in the bulks makes no difference. Not thread-safe.
 */
final class RecordComparison {
  private final BulkContent before;
  private final BulkContent after;

  /** Up to that offset both bulks have the same texts. */
  private final long equalTexts;

  private ByteBuffer textBefore = ByteBuffer.allocate(1024);
  private ByteBuffer textAfter = ByteBuffer.allocate(1024);

  RecordComparison(BulkContent before, BulkContent after) {
    this.before = before;
    this.after = after;
    this.equalTexts = before.equalTexts(after);
  }

  /**
   * Whether two records of one type are equal.
   *
   * @param a is in the first bulk
   * @param b is in the second one
   */
  boolean areEqual(Record a, Record b) {
    RecordType type = a.type();
    int from = Record.SIZE_OFFSET + Integer.BYTES;
    if (a.flags() != b.flags()) {
      return false;
    }
    for (int i = 0; i < type.textOffsets().size(); i++) {
      int offset = type.textOffsets().get(i).offset();
      if (!areEqual(a, b, from, offset)) {
        return false;
      }
      from = offset + Long.BYTES;
    }
    return areEqual(a, b, from, type.size()) && haveEqualTexts(a, b);
  }

  /** Compares words, because every record and every offset of a text is aligned to them. */
  private static boolean areEqual(Record a, Record b, int from, int to) {
    for (int at = from; at < to; at += Long.BYTES) {
      if (a.buffer().getLong(a.offset() + at) != b.buffer().getLong(b.offset() + at)) {
        return false;
      }
    }
    return true;
  }

  private boolean haveEqualTexts(Record a, Record b) {
    RecordType type = a.type();
    for (int i = 0; i < type.textOffsets().size(); i++) {
      Field offset = type.textOffsets().get(i);
      // The lengths are equal already, because they are fields.
      int length = (int) a.get(type.textLength(offset));
      if (a.has(offset) && !haveEqualTexts(a.get(offset), b.get(offset), length)) {
        return false;
      }
    }
    return true;
  }

  private boolean haveEqualTexts(long offsetBefore, long offsetAfter, int length) {
    if (length < 0 || length > BulkBuilder.MAX_LONG_TEXT_BYTES) {
      // Only a damaged bulk claims such a length.
      return false;
    }
    if (offsetBefore == offsetAfter && offsetAfter + length <= equalTexts) {
      return true;
    }
    if (length > textBefore.capacity()) {
      textBefore = ByteBuffer.allocate(length);
      textAfter = ByteBuffer.allocate(length);
    }
    before.read(offsetBefore, textBefore.clear().limit(length));
    after.read(offsetAfter, textAfter.clear().limit(length));
    return textBefore.flip().equals(textAfter.flip());
  }
}
