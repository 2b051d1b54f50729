package kifs.fs.cli.top;

/** A series as a line of characters, one for each value. Stateless. */
final class Sparkline {
  private static final String BLOCKS = "▁▂▃▄▅▆▇█";
  private static final String ASCII = "_.:-=+*#";

  private Sparkline() {}

  /**
   * Draws the last values of a series, from 0 to the greatest. What is absent is a blank.
   *
   * @param values NaN for what is absent
   * @param width the greatest number of characters
   */
  static String of(double[] values, int width, boolean isUtf8) {
    String levels = isUtf8 ? BLOCKS : ASCII;
    int from = Math.max(0, values.length - Math.max(0, width));
    double greatest = 0;
    for (int i = from; i < values.length; i++) {
      greatest = Math.max(greatest, Double.isNaN(values[i]) ? 0 : values[i]);
    }
    StringBuilder line = new StringBuilder();
    for (int i = from; i < values.length; i++) {
      double part = greatest > 0 ? Math.max(0, values[i]) / greatest : 0;
      int level = (int) Math.min(levels.length() - 1, part * levels.length());
      line.append(Double.isNaN(values[i]) ? ' ' : levels.charAt(level));
    }
    return line.toString();
  }
}
