package kifs.fs.cli.table;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import kifs.kernel.record.Record;

/**
 * A JSON object in each line, with the record's type as {@code record}. Texts that aren't UTF-8
 * have U+FFFD in the place of what isn't. An absent value is null. Not thread-safe.
 */
final class JsonWriter extends TableWriter {
  JsonWriter(OutputStream out, boolean hasTimes, boolean isHuman) {
    super(out, hasTimes, isHuman);
  }

  @Override
  void write(String time, List<Table> tables) {
    for (Table table : tables) {
      String name = table.type.name().toLowerCase(Locale.ROOT);
      String begin = (hasTimes ? "{\"time\":\"" + time + "\"," : "{") + "\"record\":\"" + name;
      table.forEach(row -> put(object(begin + '"', table, row)));
    }
  }

  private String object(String begin, Table table, Record row) {
    StringBuilder object = new StringBuilder(begin);
    for (Column column : table.columns) {
      object.append(",\"").append(column.name()).append("\":");
      if (!column.isPresent(row)) {
        object.append("null");
        continue;
      }
      String cell = Cells.cell(column, table.bulk, row, isHuman, "");
      if (column.isNumber() && !isHuman) {
        object.append(cell.equals("NaN") || cell.endsWith("Infinity") ? "null" : cell);
      } else {
        append(cell, object);
      }
    }
    return object.append("}\n").toString();
  }

  /** Appends a string in UTF-8, with one char for each byte. */
  private static void append(String bytes, StringBuilder to) {
    String text = new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    byte[] utf8 = Json.string(text).getBytes(StandardCharsets.UTF_8);
    to.append(new String(utf8, StandardCharsets.ISO_8859_1));
  }
}
