package kifs.fs.node.text;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table for people: a header line and aligned columns. A blank within a column is escaped, so
 * that each line has as many words as there are columns. Not thread-safe.
 */
public final class TextTable {
  private final List<String[]> rows = new ArrayList<>();
  private final int[] widths;

  public TextTable(String... header) {
    widths = new int[header.length];
    add(header);
  }

  /** Adds a row. A column that is null or empty becomes a hyphen. */
  public TextTable row(@Nullable Object... columns) {
    String[] texts = new String[columns.length];
    for (int i = 0; i < texts.length; i++) {
      Object column = columns[i];
      String text = column == null ? "" : Values.escaped(column.toString());
      texts[i] = text.isEmpty() ? "-" : text.replace(" ", "\\x20");
    }
    add(texts);
    return this;
  }

  private void add(String[] texts) {
    for (int i = 0; i < texts.length; i++) {
      widths[i] = Math.max(widths[i], texts[i].length());
    }
    rows.add(texts);
  }

  /** The table as lines, one char a byte. */
  public String text() {
    StringBuilder out = new StringBuilder();
    for (String[] row : rows) {
      for (int i = 0; i < row.length - 1; i++) {
        out.append(row[i]).append(" ".repeat(widths[i] - row[i].length() + 2));
      }
      out.append(row[row.length - 1]).append('\n');
    }
    return out.toString();
  }
}
