package kifs.fs.cli.top;

import java.util.Arrays;
import java.util.List;

/** Reads the file {@code history} of a process or thread. Stateless. */
final class HistoryText {
  private static final int LAST = 60;

  private HistoryText() {}

  /**
   * The last samples of a metric, at most a minute of them.
   *
   * @param csv the file; empty if there is none
   * @return NaN for what is absent; no numbers if the file lacks the metric
   */
  static double[] last(String csv, String metric) {
    int column = Arrays.asList(csv.lines().findFirst().orElse("").split(",")).indexOf(metric);
    if (column < 0) {
      return new double[0];
    }
    List<String> lines = csv.lines().skip(1).toList();
    return lines.subList(Math.max(0, lines.size() - LAST), lines.size()).stream()
        .mapToDouble(line -> number(line.split(",", -1), column))
        .toArray();
  }

  private static double number(String[] cells, int column) {
    try {
      return column < cells.length ? Double.parseDouble(cells[column]) : Double.NaN;
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}
