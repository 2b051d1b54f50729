package kifs.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import kifs.client.Schema.Field;
import kifs.client.Schema.Type;

/** A record of a bulk. It stays valid, and keeps the bulk in memory. Immutable, so thread-safe. */
public final class Row {
  private static final int ABSENT_AT = 16;

  private final Type type;
  private final ByteBuffer bulk;
  private final int at;
  private final int size;

  Row(Type type, ByteBuffer bulk, int at, int size) {
    this.type = type;
    this.bulk = bulk;
    this.at = at;
    this.size = size;
  }

  /** Whether the field is present: its source could provide it, and the reader may see it. */
  public boolean has(String name) {
    Field field = field(name);
    // A kifs that is older than this schema lacks the last fields.
    return field.end() <= size
        && (type.field("absent") == null
            || (bulk.getLong(at + ABSENT_AT) & 1L << field.number()) == 0);
  }

  private Field field(String name) {
    Field field = type.field(name);
    if (field == null) {
      throw new IllegalArgumentException(type.name() + " has no field " + name);
    }
    return field;
  }

  /** An integer field; one of u64 may be negative, and is then above 2^63. Empty: absent. */
  public OptionalLong number(String name) {
    return has(name) ? OptionalLong.of(integer(field(name))) : OptionalLong.empty();
  }

  private long integer(Field field) {
    int from = at + field.offset();
    return switch (field.type()) {
      case "u8", "char" -> bulk.get(from) & 0xFF;
      case "u16" -> bulk.getShort(from) & 0xFFFF;
      case "u32" -> bulk.getInt(from) & 0xFFFF_FFFFL;
      case "s32" -> bulk.getInt(from);
      case "f64" -> (long) bulk.getDouble(from);
      default -> bulk.getLong(from);
    };
  }

  /** A floating-point field. Empty: absent. */
  public OptionalDouble decimal(String name) {
    return has(name)
        ? OptionalDouble.of(bulk.getDouble(at + field(name).offset()))
        : OptionalDouble.empty();
  }

  /**
   * A text: a field of characters, such as {@code comm}, or what a pair of fields refers to, such
   * as {@code command_line}. Bytes that aren't UTF-8 are U+FFFD. Null: absent.
   */
  public String text(String name) {
    Field field = type.field(name);
    if (field != null) {
      return has(name) ? string(at + field.offset(), field.count(), true) : null;
    }
    OptionalLong offset = number(name + "_offset");
    OptionalLong length = number(name + "_length");
    if (offset.isEmpty() || length.isEmpty()) {
      return null;
    }
    long end = offset.getAsLong() + length.getAsLong();
    boolean isInside = offset.getAsLong() > 0 && length.getAsLong() >= 0 && end < bulk.limit();
    return isInside ? string((int) offset.getAsLong(), (int) length.getAsLong(), false) : null;
  }

  private String string(int from, int length, boolean isPadded) {
    byte[] bytes = new byte[length];
    bulk.get(from, bytes);
    int end = 0;
    while (end < length && !(isPadded && bytes[end] == 0)) {
      end++;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }

  /** The flags of the header: 1 redacted, 2 incomplete, 4 cut. */
  public int flags() {
    return bulk.getShort(at + 2) & 0xFFFF;
  }

  public Type type() {
    return type;
  }
}
