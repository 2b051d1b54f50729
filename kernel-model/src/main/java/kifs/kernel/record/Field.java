package kifs.kernel.record;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One field of a record: its position, its meaning, and the access to it in a little-endian buffer.
 * Immutable and thread-safe; it holds no data.
 */
public final class Field {
  private final String name;
  private final FieldType type;
  private final int count;
  private final int offset;
  private final int number;
  private final String unit;
  private final String doc;
  private final String source;
  private final boolean isCounter;
  private final Guard guard;
  private final @Nullable ValueNames values;

  Field(
      String name,
      FieldType type,
      int count,
      int offset,
      int number,
      String unit,
      String doc,
      String source,
      boolean isCounter,
      Guard guard,
      @Nullable ValueNames values) {
    this.name = name;
    this.type = type;
    this.count = count;
    this.offset = offset;
    this.number = number;
    this.unit = unit;
    this.doc = doc;
    this.source = source;
    this.isCounter = isCounter;
    this.guard = guard;
    this.values = values;
  }

  /** The snake_case name; it ends with the unit if there is one. */
  public String name() {
    return name;
  }

  public FieldType type() {
    return type;
  }

  /** Number of elements: 1 for a scalar, N for {@code TYPE[N]}. */
  public int count() {
    return count;
  }

  /** Offset from the record's first byte, in bytes. */
  public int offset() {
    return offset;
  }

  /** The field's index in its record, which is also its bit in the record's {@code absent} mask. */
  public int number() {
    return number;
  }

  /** This field's bit in a mask of fields, as in the record's {@code absent}. */
  public long bit() {
    return 1L << number;
  }

  /** The mask of several fields of one record. */
  public static long mask(Field... fields) {
    return mask(Arrays.asList(fields));
  }

  /** The mask of several fields of one record. */
  public static long mask(Collection<Field> fields) {
    long mask = 0;
    for (Field field : fields) {
      mask |= field.bit();
    }
    return mask;
  }

  /** The unit of the value; empty if it has none (an id, a letter). */
  public String unit() {
    return unit;
  }

  public String doc() {
    return doc;
  }

  /** What the value comes from on a live Linux. */
  public String source() {
    return source;
  }

  /** Who may see the value, by its source. */
  public Guard guard() {
    return guard;
  }

  /**
   * Whether the value never falls for one entity, whoever reads it and in whichever way, as long as
   * the daemon runs. An entity is a host, a CPU, or what has the same id and the same {@code
   * start_ns}. Between two records in which the field is present, and without the flag INCOMPLETE,
   * the difference is what happened in between.
   */
  public boolean isCounter() {
    return isCounter;
  }

  /** The names of the values; empty if the value is a quantity, an id or a mask. */
  public Optional<ValueNames> values() {
    return Optional.ofNullable(values);
  }

  /** The type as {@code records.json} writes it: {@code u64}, {@code char[16]}. */
  public String schemaType() {
    return count == 1 ? type.schemaName() : type.schemaName() + "[" + count + "]";
  }

  public int size() {
    return type.bytes() * count;
  }

  /** The value of an integer field. Unsigned types smaller than 64 bits are zero-extended. */
  long get(ByteBuffer buffer, int record) {
    int at = record + offset;
    return switch (type) {
      case U8, CHAR -> buffer.get(at) & 0xFF;
      case U16 -> buffer.getShort(at) & 0xFFFF;
      case U32 -> buffer.getInt(at) & 0xFFFF_FFFFL;
      case S32 -> buffer.getInt(at);
      case U64, S64 -> buffer.getLong(at);
      case F64 -> (long) buffer.getDouble(at);
    };
  }

  void put(ByteBuffer buffer, int record, long value) {
    int at = record + offset;
    switch (type) {
      case U8, CHAR -> buffer.put(at, (byte) value);
      case U16 -> buffer.putShort(at, (short) value);
      case U32, S32 -> buffer.putInt(at, (int) value);
      case U64, S64 -> buffer.putLong(at, value);
      case F64 -> buffer.putDouble(at, (double) value);
    }
  }

  /** The bytes of a {@code char[N]} field up to its first NUL. */
  byte[] bytes(ByteBuffer buffer, int record) {
    byte[] bytes = new byte[count];
    buffer.get(record + offset, bytes);
    int length = 0;
    while (length < count && bytes[length] != 0) {
      length++;
    }
    return Arrays.copyOf(bytes, length);
  }

  @Override
  public String toString() {
    return name;
  }
}
