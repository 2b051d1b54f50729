package kifs.kernel.record;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A flyweight over one record in a buffer. It owns no bytes and can be moved from record to record.
 * Not thread-safe. It may be read only while the buffer is valid.
 */
public final class Record {
  /** Header flag: the client may not see every field. The others are marked absent. */
  public static final int REDACTED = 1;

  /**
   * Header flag: some fields are absent because the entity vanished while it was read, or because
   * the process was unreadable, so that a read of it would have waited.
   */
  public static final int INCOMPLETE = 1 << 1;

  /** Header flag: a text is cut, because it is longer than this bulk may contain. */
  public static final int CUT = 1 << 2;

  /**
   * Header flag of SNAPSHOT: the bulk has only what differs from an earlier one, which CHANGES
   * names.
   */
  public static final int CHANGED = 1 << 3;

  private static final int FLAGS_OFFSET = 2;

  /** Offset of the record's size in bytes, a {@code u32}. */
  public static final int SIZE_OFFSET = 4;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final RecordType type;
  private ByteBuffer buffer = NOTHING;
  private int at;

  public Record(RecordType type) {
    this.type = type;
  }

  /** A record in memory of its own, outside of any bulk. Every field is absent. */
  public static Record allocate(RecordType type) {
    ByteBuffer own =
        ByteBuffer.allocate(type.size()).order(ByteOrder.LITTLE_ENDIAN).put(blank(type));
    return new Record(type).wrap(own, 0);
  }

  /** The bytes of an empty record of this type: its header, and every field marked absent. */
  public static byte[] blank(RecordType type) {
    ByteBuffer bytes = ByteBuffer.allocate(type.size()).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putShort(0, (short) type.tag()).putInt(4, type.size());
    if (type.hasAbsent()) {
      bytes.putLong(RecordType.ABSENT_OFFSET, type.allFields());
    }
    return bytes.array();
  }

  /** Points this flyweight at the record that begins at {@code offset}, and returns it. */
  public Record wrap(ByteBuffer records, int offset) {
    buffer = records;
    at = offset;
    return this;
  }

  public RecordType type() {
    return type;
  }

  public ByteBuffer buffer() {
    return buffer;
  }

  /** Offset of the record in {@link #buffer()}. */
  public int offset() {
    return at;
  }

  /** Whether the field is present. */
  public boolean has(Field field) {
    return (absent() & field.bit()) == 0;
  }

  /** The mask of absent fields; 0 for types without such a mask. */
  public long absent() {
    return type.hasAbsent() ? buffer.getLong(at + RecordType.ABSENT_OFFSET) : 0;
  }

  /**
   * The value of an integer field; 0 if it is absent. Unsigned types smaller than 64 bits are
   * zero-extended. The value of a floating-point field is truncated.
   */
  public long get(Field field) {
    return field.get(buffer, at);
  }

  /**
   * The value of a floating-point field, or of an integer field converted to double: above 2^53 the
   * conversion rounds to the nearest double. 0 if the field is absent.
   */
  public double getDouble(Field field) {
    if (field.type() == FieldType.F64) {
      return buffer.getDouble(at + field.offset());
    }
    long value = field.get(buffer, at);
    // Shifted by one bit it is the same with either sign.
    return field.type() == FieldType.U64 && value < 0 ? 2.0 * (value >>> 1) : value;
  }

  /** The bytes of a {@code char[N]} field up to its first NUL. */
  public byte[] bytes(Field field) {
    return field.bytes(buffer, at);
  }

  /** A {@code char[N]} field as UTF-8; bytes that aren't UTF-8 become U+FFFD. */
  public String text(Field field) {
    return new String(bytes(field), StandardCharsets.UTF_8);
  }

  /** Fills a field and marks it present. */
  public void set(Field field, long value) {
    field.put(buffer, at, value);
    present(field);
  }

  /**
   * Does as {@link #set}, but only if the field is wanted.
   *
   * @param fields the mask of the wanted fields
   */
  public void setWanted(long fields, Field field, long value) {
    if ((fields & field.bit()) != 0) {
      set(field, value);
    }
  }

  public void setDouble(Field field, double value) {
    buffer.putDouble(at + field.offset(), value);
    present(field);
  }

  /**
   * Fills a {@code char[N]} or {@code u8[N]} field and marks it present. A longer value is
   * truncated to N bytes.
   */
  public void setBytes(Field field, byte[] value, int from, int length) {
    int kept = Math.min(length, field.count());
    buffer.put(at + field.offset(), value, from, kept);
    for (int i = kept; i < field.count(); i++) {
      buffer.put(at + field.offset() + i, (byte) 0);
    }
    present(field);
  }

  public void setText(Field field, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    setBytes(field, bytes, 0, bytes.length);
  }

  /** Removes a value: the field becomes 0 and is marked absent. */
  public void clear(Field field) {
    for (int i = 0; i < field.size(); i++) {
      buffer.put(at + field.offset() + i, (byte) 0);
    }
    buffer.putLong(at + RecordType.ABSENT_OFFSET, absent() | field.bit());
  }

  /**
   * Removes the values of several fields.
   *
   * @param fields a mask of {@link Field#bit}s
   */
  public void clearAll(long fields) {
    for (long rest = fields; rest != 0; rest &= rest - 1) {
      clear(type.fields().get(Long.numberOfTrailingZeros(rest)));
    }
  }

  /** Copies every byte of another record of the same type. */
  public void copy(Record other) {
    buffer.put(at, other.buffer, other.at, type.size());
  }

  public int flags() {
    return buffer.getShort(at + FLAGS_OFFSET) & 0xFFFF;
  }

  public void addFlag(int flag) {
    buffer.putShort(at + FLAGS_OFFSET, (short) (flags() | flag));
  }

  /** Replaces all flags of the header. */
  public void setFlags(int flags) {
    buffer.putShort(at + FLAGS_OFFSET, (short) flags);
  }

  private void present(Field field) {
    if (type.hasAbsent()) {
      int mask = at + RecordType.ABSENT_OFFSET;
      buffer.putLong(mask, buffer.getLong(mask) & ~field.bit());
    }
  }
}
