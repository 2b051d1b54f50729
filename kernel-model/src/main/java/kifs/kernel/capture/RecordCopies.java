package kifs.kernel.capture;

import java.nio.ByteBuffer;
import java.util.List;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.TextRecord;

/** Copies records of a captured bulk, with some of their fields. Stateless. */
final class RecordCopies {
  private static final int SIZE_OFFSET = 4;

  private RecordCopies() {}

  /** Appends a copy with some fields and their texts. */
  static void append(CapturedBulk from, Record record, long fields, BulkBuilder into) {
    RecordType type = record.type();
    Record copy = into.append(type);
    copy.copy(record);
    // A later version's record is longer, and the mask has the numbers of its fields.
    copy.buffer().putInt(copy.offset() + SIZE_OFFSET, type.size());
    setAbsent(copy, record.absent() & type.allFields());
    copy.clearAll(type.allFields() & ~fields & ~copy.absent());
    List<Field> texts = type.textOffsets();
    for (int i = 0; i < texts.size(); i++) {
      if (copy.has(texts.get(i))) {
        appendText(from, record, texts.get(i), copy, into);
      }
    }
  }

  private static void appendText(
      CapturedBulk from, Record record, Field offset, Record copy, BulkBuilder into) {
    Field length = record.type().textLength(offset);
    byte[] text = from.bulk().text(record, offset, length);
    boolean isWanted = into.wants(TextRecord.TYPE);
    copy.set(offset, isWanted ? into.appendLongText(ByteBuffer.wrap(text), 0, text.length) : 0);
    if (copy.has(length)) {
      copy.set(length, isWanted ? text.length : 0);
    }
  }

  /** Fills some fields of a record, except offsets of texts. */
  static void fill(Record record, long fields, Record from) {
    RecordType type = record.type();
    long copied = fields & type.allFields() & ~from.absent();
    for (long rest = copied; rest != 0; rest &= rest - 1) {
      Field field = type.fields().get(Long.numberOfTrailingZeros(rest));
      record
          .buffer()
          .put(
              record.offset() + field.offset(),
              from.buffer(),
              from.offset() + field.offset(),
              field.size());
    }
    setAbsent(record, record.absent() & ~copied);
    record.addFlag(from.flags());
  }

  private static void setAbsent(Record record, long mask) {
    record.buffer().putLong(record.offset() + RecordType.ABSENT_OFFSET, mask);
  }
}
