package kifs.fs.root.metrics;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import kifs.fs.node.text.Values;
import kifs.kernel.record.Escapes;
import kifs.kernel.record.Field;
import kifs.kernel.record.FieldType;
import kifs.kernel.record.Record;

/**
 * Builds the text of {@code metrics}. All series of a metric stand together, after its description.
 * Not thread-safe.
 */
public final class Exposition {
  /** How the text is written. */
  public enum Format {
    /**
     * Prometheus's text format 0.0.4. Every collector reads it; the last line, {@code # EOF}, is a
     * comment in it, by which a reader knows that the text is whole.
     */
    PROMETHEUS,
    /** OpenMetrics 1.0: the description of a counter lacks {@code _total}, and units are told. */
    OPENMETRICS
  }

  /** The value of a limit that doesn't exist. */
  private static final String INFINITE = "+Inf";

  private final Format format;
  private final Map<Family, StringBuilder> families = new LinkedHashMap<>();

  public Exposition(Format format) {
    this.format = format;
  }

  /**
   * Adds a series.
   *
   * @param labels as {@link #label} makes them; empty: none
   * @param value a number as Prometheus reads it
   */
  public void add(Family family, String labels, String value) {
    families
        .computeIfAbsent(family, each -> new StringBuilder())
        .append(family.name())
        .append(family.isCounter() ? "_total" : "")
        .append(labels)
        .append(' ')
        .append(value)
        .append('\n');
  }

  /** Adds a field of a record in its base unit, unless it is absent. */
  void add(Family family, String labels, Record record, Field field) {
    if (record.has(field)) {
      add(family, labels, value(record, field));
    }
  }

  /** The text so far, with its end. One char is a byte. */
  public String text() {
    StringBuilder out = new StringBuilder();
    families.forEach(
        (family, series) -> {
          describe(family, out);
          out.append(series);
        });
    return out.append("# EOF\n").toString();
  }

  private void describe(Family family, StringBuilder out) {
    boolean isOpen = format == Format.OPENMETRICS;
    String name = family.name() + (family.isCounter() && !isOpen ? "_total" : "");
    out.append("# HELP ").append(name).append(' ').append(help(family.help())).append('\n');
    out.append("# TYPE ").append(name).append(family.isCounter() ? " counter\n" : " gauge\n");
    if (isOpen && !family.unit().isEmpty()) {
      out.append("# UNIT ").append(name).append(' ').append(family.unit()).append('\n');
    }
  }

  private String help(String help) {
    String escaped = help.replace("\\", "\\\\").replace("\n", "\\n");
    String written = format == Format.OPENMETRICS ? escaped.replace("\"", "\\\"") : escaped;
    return Values.of(written.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * One label in braces.
   *
   * @param value a text from the kernel, one char a byte. Control characters are written as in
   *     events, and so are all other bytes but ASCII if the text is not UTF-8
   */
  public static String label(String name, String value) {
    String line = Escapes.line(value);
    String shown = isUtf8(line) ? line : Escapes.word(value);
    return "{" + name + "=\"" + shown.replace("\\", "\\\\").replace("\"", "\\\"") + "\"}";
  }

  private static boolean isUtf8(String text) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(Values.bytes(text)));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** A percentage as a ratio. */
  static String ratio(double percent) {
    return BigDecimal.valueOf(percent).movePointLeft(2).stripTrailingZeros().toPlainString();
  }

  private static String value(Record record, Field field) {
    if (field.unit().equals("%")) {
      return ratio(record.getDouble(field));
    }
    if (field.type() == FieldType.F64) {
      return Double.toString(record.getDouble(field));
    }
    return value(field, record.get(field));
  }

  /** A value of an integer field in its base unit. */
  static String value(Field field, long value) {
    if (value == -1 && field.type() == FieldType.U64) {
      return INFINITE;
    }
    return field.unit().equals("ns") ? Values.seconds(value) : Long.toUnsignedString(value);
  }
}
