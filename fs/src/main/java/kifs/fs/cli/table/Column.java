package kifs.fs.cli.table;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.record.Field;
import kifs.kernel.record.FieldType;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import org.jspecify.annotations.Nullable;

/**
 * A column of a table of records: a field, or a text that two fields refer to. A text is a byte
 * string with one char for each byte. Immutable and thread-safe.
 */
public final class Column {
  private static final String TEXT_OFFSET = "_offset";
  private static final Set<String> BOOT_TIMES = Set.of("start_ns", "since_ns", "last_ran_ns");

  private final String name;
  private final Field field;

  /** The field with the length of the text; null if the column is no such text. */
  private final @Nullable Field length;

  private final Labels labels;

  private Column(String name, Field field, @Nullable Field length, Labels labels) {
    this.name = name;
    this.field = field;
    this.length = length;
    this.labels = labels;
  }

  /** The columns of a record type: all fields, with texts in the place of their references. */
  public static List<Column> of(RecordType type) {
    List<Field> lengths = type.textOffsets().stream().map(type::textLength).toList();
    List<Column> columns = new ArrayList<>();
    for (Field field : type.fields()) {
      if (type.textOffsets().contains(field)) {
        String name = field.name().substring(0, field.name().length() - TEXT_OFFSET.length());
        columns.add(new Column(name, field, type.textLength(field), Labels.NONE));
      } else if (!lengths.contains(field) && !field.name().equals("absent")) {
        columns.add(new Column(field.name(), field, null, Labels.of(type, field)));
      }
    }
    return columns;
  }

  /**
   * The column of that name. The unit at its end may be left out: {@code rss} is {@code rss_bytes}.
   */
  public static Optional<Column> named(String name, List<Column> columns) {
    return columns.stream()
        .filter(column -> column.name.equals(name))
        .findFirst()
        .or(() -> columns.stream().filter(column -> column.shortName().equals(name)).findFirst());
  }

  /**
   * The column of that name, as {@link #named(String, List)}.
   *
   * @throws BadTableException if the type lacks it
   */
  public static Column named(String name, RecordType type, List<Column> columns)
      throws BadTableException {
    return named(name, columns)
        .orElseThrow(() -> new BadTableException(type + " has no column " + name));
  }

  public String name() {
    return name;
  }

  /** The name without the unit at its end. */
  public String shortName() {
    String unit = "_" + unit();
    return name.endsWith(unit) ? name.substring(0, name.length() - unit.length()) : name;
  }

  /** The unit as in the catalogue of fields; empty if there is none. */
  public String unit() {
    return field.unit();
  }

  /** Whether the values are numbers; otherwise they are texts. */
  public boolean isNumber() {
    return length == null && field.count() == 1 && !isLetter();
  }

  public boolean isDecimal() {
    return isNumber() && field.type() == FieldType.F64;
  }

  public boolean isUnsigned() {
    return field.type() == FieldType.U64;
  }

  /** The size of an integer: 8, 16, 32 or 64 bits. */
  int bits() {
    return field.type().bytes() * Byte.SIZE;
  }

  /** Whether an integer can be negative. */
  boolean isSigned() {
    return field.type() == FieldType.S32 || field.type() == FieldType.S64;
  }

  /** Whether the value never falls for one entity, so that differences are rates. */
  public boolean isCounter() {
    return length == null && field.isCounter();
  }

  /** Whether the values are boot times: moments, counted in ns from the boot. */
  public boolean isBootTime() {
    return BOOT_TIMES.contains(name);
  }

  /** The meaning, as in the catalogue of fields. */
  public String doc() {
    return field.doc();
  }

  /** Whether codes of this column have labels. */
  public boolean hasLabels() {
    return labels != Labels.NONE;
  }

  /** The states of processes and threads are letters as in ps. */
  private boolean isLetter() {
    return field.type() == FieldType.U8 && field.name().equals("state");
  }

  public boolean isPresent(Record record) {
    return record.has(field) && (length == null || record.has(length));
  }

  /** The value of a column with integers. */
  public long integer(Record record) {
    return record.get(field);
  }

  /** The value of a column with numbers; integers above 2^53 are rounded. */
  public double decimal(Record record) {
    return record.getDouble(field);
  }

  /** The label of a code; empty if it has none. */
  public String label(Record record) {
    return labels.label(record.get(field));
  }

  /** The value of a column with texts. NULs between words are blanks. */
  public String text(BulkReader bulk, Record record) {
    if (length != null) {
      return words(bulk.text(record, field, length));
    }
    if (isLetter()) {
      long letter = record.get(field);
      return letter == 0 ? "" : String.valueOf((char) letter);
    }
    if (field.type() == FieldType.CHAR) {
      return new String(record.bytes(field), StandardCharsets.ISO_8859_1);
    }
    byte[] bytes = new byte[field.count()];
    record.buffer().get(record.offset() + field.offset(), bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static String words(byte[] text) {
    int end = text.length;
    while (end > 0 && text[end - 1] == 0) {
      end--;
    }
    return new String(text, 0, end, StandardCharsets.ISO_8859_1).replace('\0', ' ');
  }

  @Override
  public String toString() {
    return name;
  }
}
