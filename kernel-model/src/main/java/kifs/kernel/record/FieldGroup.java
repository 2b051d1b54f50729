package kifs.kernel.record;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Fields of a record type that are removed together. It keeps the bytes of adjacent fields as one
 * range, so that thousands of records are cleared quickly. Immutable and thread-safe.
 */
public final class FieldGroup {
  private final long mask;

  /** The offset and the length of each range, one after the other, bytes. */
  private final int[] ranges;

  /**
   * @param mask the mask of the fields
   */
  public FieldGroup(RecordType type, long mask) {
    this.mask = mask;
    List<Integer> found = new ArrayList<>();
    int end = -1;
    for (Field field : type.fields()) {
      if ((mask & field.bit()) != 0) {
        if (field.offset() == end) {
          found.set(found.size() - 1, found.get(found.size() - 1) + field.size());
        } else {
          found.add(field.offset());
          found.add(field.size());
        }
        end = field.offset() + field.size();
      }
    }
    ranges = found.stream().mapToInt(Integer::intValue).toArray();
  }

  public boolean isEmpty() {
    return mask == 0;
  }

  /** Sets the fields of a record to 0 and marks them absent. */
  public void clear(Record record) {
    ByteBuffer buffer = record.buffer();
    for (int i = 0; i < ranges.length; i += 2) {
      int at = record.offset() + ranges[i];
      int end = at + ranges[i + 1];
      for (; end - at >= Long.BYTES; at += Long.BYTES) {
        buffer.putLong(at, 0);
      }
      for (; at < end; at++) {
        buffer.put(at, (byte) 0);
      }
    }
    int absent = record.offset() + RecordType.ABSENT_OFFSET;
    buffer.putLong(absent, buffer.getLong(absent) | mask);
  }
}
