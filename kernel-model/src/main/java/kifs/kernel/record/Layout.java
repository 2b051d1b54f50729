package kifs.kernel.record;

import java.util.ArrayList;
import java.util.List;

/**
 * Assigns offsets to a record's fields, one after another. A field's guard follows from its source;
 * a field without a source states its guard. A field that would not be naturally aligned is refused
 * instead of padded silently, so the descriptor shows exactly what is in memory. Not thread-safe:
 * each descriptor class uses its own while it is initialised.
 */
final class Layout {
  static final int HEADER_BYTES = 8;

  private final int tag;
  private final String name;
  private final String doc;
  private final Guard existence;
  private final List<Field> fields = new ArrayList<>();
  private final List<Field> textOffsets = new ArrayList<>();
  private int next = HEADER_BYTES;

  Layout(int tag, String name, String doc) {
    this(tag, name, doc, Guard.OPEN);
  }

  /**
   * @param existence who may know that a record of this type exists
   */
  Layout(int tag, String name, String doc, Guard existence) {
    this.tag = tag;
    this.name = name;
    this.doc = doc;
    this.existence = existence;
  }

  Field u8(String field, String unit, String meaning, String source) {
    return add(field, FieldType.U8, 1, unit, meaning, source);
  }

  Field u16(String field, String unit, String meaning, String source) {
    return add(field, FieldType.U16, 1, unit, meaning, source);
  }

  Field u32(String field, String unit, String meaning, String source) {
    return add(field, FieldType.U32, 1, unit, meaning, source);
  }

  Field u64(String field, String unit, String meaning, String source) {
    return add(field, FieldType.U64, 1, unit, meaning, source);
  }

  Field u32(String field, String unit, String meaning, String source, Guard guard) {
    return add(field, FieldType.U32, 1, unit, meaning, source, false, guard);
  }

  Field u64(String field, String unit, String meaning, String source, Guard guard) {
    return add(field, FieldType.U64, 1, unit, meaning, source, false, guard);
  }

  /** A u64 that never falls, see {@link Field#isCounter}. */
  Field counter(String field, String unit, String meaning, String source) {
    Guard guard = SourceGuards.of(source);
    return add(field, FieldType.U64, 1, unit, meaning, source, true, guard);
  }

  Field s32(String field, String unit, String meaning, String source) {
    return add(field, FieldType.S32, 1, unit, meaning, source);
  }

  Field s64(String field, String unit, String meaning, String source) {
    return add(field, FieldType.S64, 1, unit, meaning, source);
  }

  Field f64(String field, String unit, String meaning, String source) {
    return add(field, FieldType.F64, 1, unit, meaning, source);
  }

  Field chars(String field, int count, String meaning, String source) {
    return add(field, FieldType.CHAR, count, "", meaning, source);
  }

  Field bytes(String field, int count, String meaning, String source) {
    return add(field, FieldType.U8, count, "", meaning, source);
  }

  /**
   * A field with the offset of a text that the record refers to, in bytes from the start of the
   * bulk.
   *
   * @param guard who may see the text
   */
  Field textOffset(String field, String text, Guard guard) {
    Field added = u64(field, "", "offset of " + text + " from the bulk's first byte", "", guard);
    textOffsets.add(added);
    return added;
  }

  /** The mask of absent fields. It has the same offset in all records. */
  Field absent() {
    Field field =
        u64("absent", "", "bit n set: field number n is absent and holds 0", "", Guard.OPEN);
    require(field.offset() == RecordType.ABSENT_OFFSET, field);
    return field;
  }

  /** Reserves bytes that are unused and always zero. */
  void reserve(int bytes) {
    next += bytes;
  }

  RecordType fixed() {
    return build(true);
  }

  RecordType varying() {
    return build(false);
  }

  private RecordType build(boolean fixed) {
    if (next % 8 != 0) {
      throw new IllegalStateException(name + " is not a multiple of 8 bytes: " + next);
    }
    return new RecordType(
        tag, name, doc, existence, next, List.copyOf(fields), List.copyOf(textOffsets), fixed);
  }

  private Field add(
      String field, FieldType type, int count, String unit, String meaning, String source) {
    return add(field, type, count, unit, meaning, source, false, SourceGuards.of(source));
  }

  private Field add(
      String field,
      FieldType type,
      int count,
      String unit,
      String meaning,
      String source,
      boolean isCounter,
      Guard guard) {
    Field added =
        new Field(field, type, count, next, fields.size(), unit, meaning, source, isCounter, guard);
    require(next % type.bytes() == 0, added);
    require(fields.size() < Long.SIZE, added);
    fields.add(added);
    next += added.size();
    return added;
  }

  private void require(boolean condition, Field field) {
    if (!condition) {
      throw new IllegalStateException(name + "." + field + " can't be at offset " + field.offset());
    }
  }
}
