package kifs.kernel.bulk;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;

/**
 * Copies the texts of records that were copied from one bulk to another, each text once. Not
 * thread-safe.
 */
public final class TextCopies {
  /** A text of the bulk. Several records may refer to one text. */
  private record Text(long offset, int length) {}

  private final BulkContent from;
  private final BulkBuilder into;
  private final Map<Text, Long> copied = new HashMap<>();

  public TextCopies(BulkContent from, BulkBuilder into) {
    this.from = from;
    this.into = into;
  }

  /** Appends a copy of a record with its texts. */
  public void append(Record record) {
    Record copy = into.append(record.type());
    copy.copy(record);
    copy.buffer().putInt(copy.offset() + Record.SIZE_OFFSET, record.type().size());
    copyTexts(copy);
  }

  /**
   * Copies the texts of a record, and points the record at the copies.
   *
   * @param record is in the other bulk, and still has the offsets of the texts in the first one
   */
  void copyTexts(Record record) {
    List<Field> offsets = record.type().textOffsets();
    for (int i = 0; i < offsets.size(); i++) {
      Field offset = offsets.get(i);
      if (record.has(offset)) {
        Field length = record.type().textLength(offset);
        Text text = new Text(record.get(offset), (int) record.get(length));
        Long copy = copied.get(text);
        if (copy == null) {
          copy = from.copyText(text.offset(), text.length(), into);
          copied.put(text, copy);
        }
        record.set(offset, copy);
      }
    }
  }
}
