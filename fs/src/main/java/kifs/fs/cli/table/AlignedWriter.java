package kifs.fs.cli.table;

import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import kifs.kernel.record.Escapes;
import kifs.kernel.record.Record;

/** Aligned columns for a terminal: numbers to the right, texts to the left. Not thread-safe. */
final class AlignedWriter extends TableWriter {
  private static final String ABSENT = "-";
  private static final int MAX_WIDTH = 80;

  /** A table of one row with more columns than this is written with one column in each line. */
  private static final int MAX_IN_ONE_LINE = 12;

  private boolean isFirst = true;

  AlignedWriter(OutputStream out, boolean hasTimes, boolean isHuman) {
    super(out, hasTimes, isHuman);
  }

  @Override
  void write(String time, List<Table> tables) {
    boolean hasTitles = hasTimes || tables.size() > 1;
    for (Table table : tables) {
      if (hasTitles) {
        put(isFirst ? "" : "\n");
        put((time.isEmpty() ? "" : time + " ") + table.type.name() + "\n");
      }
      isFirst = false;
      if (table.rows() == 1 && table.columns.size() > MAX_IN_ONE_LINE) {
        writeList(table);
      } else {
        writeLines(table);
      }
    }
  }

  private void writeList(Table table) {
    int width = table.columns.stream().mapToInt(column -> title(column).length()).max().orElse(0);
    table.forEach(
        row -> {
          for (Column column : table.columns) {
            put(left(title(column), width) + "  " + cell(table, column, row) + "\n");
          }
        });
  }

  private void writeLines(Table table) {
    int[] widths = table.columns.stream().mapToInt(column -> title(column).length()).toArray();
    table.forEach(
        row -> {
          for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], length(cell(table, table.columns.get(i), row)));
          }
        });
    putLine(table, widths, column -> title(column));
    table.forEach(row -> putLine(table, widths, column -> cell(table, column, row)));
  }

  private interface Cell {
    String of(Column column);
  }

  private void putLine(Table table, int[] widths, Cell cell) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      Column column = table.columns.get(i);
      String text = cell.of(column);
      boolean isLast = i == widths.length - 1;
      line.append(i == 0 ? "" : "  ");
      if (isRight(column)) {
        line.append(" ".repeat(widths[i] - length(text))).append(text);
      } else {
        line.append(isLast ? text : left(text, widths[i]));
      }
    }
    put(line.append('\n').toString());
  }

  private boolean isRight(Column column) {
    return column.isNumber() && !(isHuman && column.hasLabels());
  }

  private String title(Column column) {
    return (isHuman ? column.shortName() : column.name()).toUpperCase(Locale.ROOT);
  }

  private String cell(Table table, Column column, Record row) {
    String cell = Cells.cell(column, table.bulk, row, isHuman, ABSENT);
    if (!isHuman) {
      return Escapes.line(cell);
    }
    // A cut must not divide a character.
    int end = MAX_WIDTH;
    while (end < cell.length() && isContinuation(cell.charAt(end))) {
      end--;
    }
    return end < cell.length() ? cell.substring(0, end) + "..." : cell;
  }

  private static String left(String text, int width) {
    return text + " ".repeat(width - length(text));
  }

  /** The number of characters of a text in UTF-8 with one char for each byte. */
  private static int length(String text) {
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      length += isContinuation(text.charAt(i)) ? 0 : 1;
    }
    return length;
  }

  private static boolean isContinuation(char c) {
    return c >= 0x80 && c < 0xC0;
  }
}
