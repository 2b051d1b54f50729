package kifs.fs.node;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A table for people: a header line, then one row a line, columns lined up by blanks. Numbers stand
 * at the right; the last column is as long as it is. Machines read {@code bulk}.
 */
final class TextTable {
  private final String[] header;
  private final List<String[]> rows = new ArrayList<>();

  TextTable(String... header) {
    this.header = header;
  }

  /**
   * @param cells one a column, one char a byte; empty ones are shown as a dash
   */
  void add(String... cells) {
    rows.add(Arrays.stream(cells).map(cell -> cell.isEmpty() ? "-" : cell).toArray(String[]::new));
  }

  @Override
  public String toString() {
    int[] widths = new int[header.length];
    boolean[] numbers = new boolean[header.length];
    for (int i = 0; i < header.length; i++) {
      int column = i;
      widths[i] = header[i].length();
      rows.forEach(row -> widths[column] = Math.max(widths[column], row[column].length()));
      numbers[i] = rows.stream().allMatch(row -> isNumber(row[column]));
    }
    StringBuilder out = new StringBuilder();
    line(out, header, widths, numbers);
    rows.forEach(row -> line(out, row, widths, numbers));
    return out.toString();
  }

  private static void line(StringBuilder out, String[] cells, int[] widths, boolean[] numbers) {
    for (int i = 0; i < cells.length; i++) {
      String padding = " ".repeat(widths[i] - cells[i].length());
      boolean last = i == cells.length - 1;
      out.append(numbers[i] ? padding : "").append(cells[i]);
      out.append(numbers[i] || last ? "" : padding).append(last ? "\n" : "  ");
    }
  }

  private static boolean isNumber(String cell) {
    return cell.equals("-") || cell.equals("unlimited") || cell.matches("-?[0-9]+(\\.[0-9]+)?%?");
  }
}
