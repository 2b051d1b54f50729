package kifs.kernel.record;

import java.util.List;

/**
 * One kind of record: its tag, its size and its fields, in order. Immutable and thread-safe. Every
 * type is made once, by the {@link Layout} in its descriptor class, and listed in {@link Records}.
 */
public final class RecordType {
  /** Where every record but SNAPSHOT and TEXT keeps the mask of the fields it could not fill. */
  public static final int ABSENT_OFFSET = 16;

  private final int tag;
  private final String name;
  private final String doc;
  private final int size;
  private final List<Field> fields;
  private final List<Field> textOffsets;
  private final boolean fixed;
  private final boolean hasAbsent;
  private final long allFields;

  RecordType(
      int tag,
      String name,
      String doc,
      int size,
      List<Field> fields,
      List<Field> textOffsets,
      boolean fixed) {
    this.tag = tag;
    this.name = name;
    this.doc = doc;
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

  /** Bytes of one record, header included; for a type that varies, of its fixed part. */
  public int size() {
    return size;
  }

  /** Those of them that tell where in the bulk a text begins. */
  public List<Field> textOffsets() {
    return textOffsets;
  }

  /** Whether every record of this type has the same size. */
  public boolean isFixed() {
    return fixed;
  }

  /** In order of their numbers; the header's three fields are not among them. */
  public List<Field> fields() {
    return fields;
  }

  /** Whether records of this type mark what could not be filled. */
  public boolean hasAbsent() {
    return hasAbsent;
  }

  /** The mask of every field that a writer can fill. */
  public long allFields() {
    return allFields;
  }

  /** The field of that name, or null. */
  public Field field(String fieldName) {
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
