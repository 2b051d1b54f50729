package kifs.fs.cli.table;

import java.io.OutputStream;
import java.util.List;
import java.util.StringJoiner;

/** Comma-separated values as in RFC 4180, with lines that end in LF. Not thread-safe. */
final class CsvWriter extends TableWriter {
  private boolean hasHeader;

  CsvWriter(OutputStream out, boolean hasTimes, boolean isHuman) {
    super(out, hasTimes, isHuman);
  }

  @Override
  void write(String time, List<Table> tables) {
    for (Table table : tables) {
      if (!hasHeader) {
        hasHeader = true;
        StringJoiner header = line();
        if (hasTimes) {
          header.add("time");
        }
        table.columns.forEach(column -> header.add(column.name()));
        put(header.toString());
      }
      table.forEach(
          row -> {
            StringJoiner line = line();
            if (hasTimes) {
              line.add(time);
            }
            for (Column column : table.columns) {
              line.add(quoted(Cells.cell(column, table.bulk, row, isHuman, "")));
            }
            put(line.toString());
          });
    }
  }

  private static StringJoiner line() {
    return new StringJoiner(",", "", "\n");
  }

  private static String quoted(String cell) {
    boolean isPlain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return isPlain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
  }
}
