package kifs.kernel.record;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One kind of record: its tag, its size and its fields, in order. Immutable and thread-safe. Every
 * type is made once, by the {@link Layout} in its descriptor class, and listed in {@link Records}.
 */
public final class RecordType {
  /** Offset of the mask of absent fields, in every record except SNAPSHOT and TEXT. */
  public static final int ABSENT_OFFSET = 16;

  private final int tag;
  private final String name;
  private final String doc;
  private final Guard existence;
  private final int size;
  private final List<Field> fields;
  private final List<Field> textOffsets;
  private final List<Field> textLengths;
  private final boolean fixed;
  private final boolean hasAbsent;
  private final long allFields;

  RecordType(
      int tag,
      String name,
      String doc,
      Guard existence,
      int size,
      List<Field> fields,
      List<Field> textOffsets,
      boolean fixed) {
    this.tag = tag;
    this.name = name;
    this.doc = doc;
    this.existence = existence;
    this.size = size;
    this.fields = fields;
    this.textOffsets = textOffsets;
    this.fixed = fixed;
    long mask = 0;
    for (Field field : fields) {
      if (!field.name().equals("absent")) {
        mask |= field.bit();
      }
    }
    this.textLengths = textOffsets.stream().map(this::lengthOf).toList();
    this.hasAbsent = field("absent") != null;
    this.allFields = mask;
  }

  public int tag() {
    return tag;
  }

  /** The name in upper case: {@code PROCESS}. */
  public String name() {
    return name;
  }

  public String doc() {
    return doc;
  }

  /**
   * Size of a record in bytes, header included; for a type of varying size, size of its fixed part.
   */
  public int size() {
    return size;
  }

  /** The fields that hold the offset of a text in the bulk. */
  public List<Field> textOffsets() {
    return textOffsets;
  }

  /**
   * The field with the length of a text.
   *
   * @param offset the field with the offset of the text, one of {@link #textOffsets}
   */
  public Field textLength(Field offset) {
    return textLengths.get(textOffsets.indexOf(offset));
  }

  private Field lengthOf(Field offset) {
    Field length = field(offset.name().replace("_offset", "_length"));
    if (length == null) {
      throw new IllegalStateException(offset + " has no length");
    }
    return length;
  }

  /** Whether every record of this type has the same size. */
  public boolean isFixed() {
    return fixed;
  }

  /**
   * All fields in the order of their numbers. The three fields of the header are not among them.
   */
  public List<Field> fields() {
    return fields;
  }

  /** Whether records of this type have a mask of absent fields. */
  public boolean hasAbsent() {
    return hasAbsent;
  }

  /** The mask of all fields that a source can fill. */
  public long allFields() {
    return allFields;
  }

  /** Who may know that a record of this type exists. */
  public Guard existence() {
    return existence;
  }

  /** The mask of the fields whose guard is at least as strict as this one. */
  public long guarded(Guard least) {
    long mask = 0;
    for (Field field : fields) {
      if (field.guard().compareTo(least) >= 0) {
        mask |= field.bit();
      }
    }
    return mask;
  }

  /**
   * The strictest guard of several fields.
   *
   * @param mask mask of the fields
   */
  public Guard guard(long mask) {
    Guard guard = Guard.OPEN;
    for (Field field : fields) {
      if ((mask & field.bit()) != 0) {
        guard = guard.or(field.guard());
      }
    }
    return guard;
  }

  /** The field of that name; null if there is none. */
  public @Nullable Field field(String fieldName) {
    for (Field field : fields) {
      if (field.name().equals(fieldName)) {
        return field;
      }
    }
    return null;
  }

  @Override
  public String toString() {
    return name;
  }
}
