package kifs.fs.cli.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A series as inline SVG. Its colours are those of the page. Stateless. */
final class Plot {
  private static final int WIDTH = 600;
  private static final int HEIGHT = 120;
  private static final int LEFT = 56;
  private static final int TOP = 8;
  private static final int BOTTOM = 100;

  /** Several moments that would be at one place are one point, with the greatest value. */
  private static final int POINTS = 400;

  private Plot() {}

  /**
   * Draws a series over time.
   *
   * @param least the least that the scale must reach
   */
  static String of(String title, Series series, String unit, List<Long> times, double least) {
    double high = Math.max(least, series.greatest());
    high = high > 0 ? high : 1;
    StringBuilder svg = new StringBuilder();
    String label = Html.escaped(title + ", at most " + Page.value(series.greatest(), unit));
    svg.append("<figure><figcaption>").append(Html.escaped(title)).append("</figcaption>");
    svg.append("<svg viewBox=\"0 0 ").append(WIDTH).append(' ').append(HEIGHT);
    svg.append("\" role=\"img\" aria-label=\"").append(label).append("\">");
    text(svg, LEFT - 6, TOP + 8, "end", Page.value(high, unit));
    text(svg, LEFT - 6, BOTTOM, "end", "0");
    text(svg, LEFT, HEIGHT - 4, "start", Html.clock(times.get(0)));
    text(svg, WIDTH - 2, HEIGHT - 4, "end", Html.clock(times.get(times.size() - 1)));
    svg.append("<path class=\"axis\" d=\"M").append(LEFT).append(' ').append(TOP).append('V');
    svg.append(BOTTOM).append('H').append(WIDTH).append("\"/>");
    svg.append("<path class=\"line\" d=\"").append(line(series, times, high)).append("\"/>");
    return svg.append("</svg></figure>\n").toString();
  }

  private static void text(StringBuilder svg, int x, int y, String anchor, String text) {
    svg.append("<text x=\"").append(x).append("\" y=\"").append(y).append("\" text-anchor=\"");
    svg.append(anchor).append("\">").append(Html.escaped(text)).append("</text>");
  }

  private static String line(Series series, List<Long> times, double high) {
    long start = times.get(0);
    double span = Math.max(1, times.get(times.size() - 1) - start);
    double[] points = new double[POINTS + 1];
    Arrays.fill(points, Double.NaN);
    boolean[] isGap = new boolean[POINTS + 1];
    for (int moment = 0; moment < times.size(); moment++) {
      double part = Math.max(0, Math.min(1, (times.get(moment) - start) / span));
      int point = (int) Math.round(part * POINTS);
      double value = series.get(moment);
      isGap[point] |= Double.isNaN(value);
      if (!Double.isNaN(value) && !(points[point] >= value)) {
        points[point] = value;
      }
    }
    StringBuilder path = new StringBuilder();
    boolean isApart = true;
    for (int point = 0; point <= POINTS; point++) {
      if (!Double.isNaN(points[point])) {
        double x = LEFT + (double) point / POINTS * (WIDTH - LEFT);
        double y = BOTTOM - points[point] / high * (BOTTOM - TOP);
        path.append(String.format(Locale.ROOT, "%s%.1f %.1f", isApart ? "M" : "L", x, y));
        // A lone point is a dot.
        path.append(isApart ? "h.1" : "");
        isApart = false;
      } else {
        isApart |= isGap[point];
      }
    }
    return path.toString();
  }
}
