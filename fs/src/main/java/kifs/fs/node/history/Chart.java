package kifs.fs.node.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import kifs.kernel.record.Escapes;
import kifs.notifier.history.KeptSamples;
import kifs.notifier.history.detector.SeriesStore;
import kifs.notifier.metric.Unit;
import org.jspecify.annotations.Nullable;

/**
 * Draws panels below each other as SVG that needs no other file: for each a title, what is usual as
 * a band, and the samples as a line. The last minute, the hour before and the day before each have
 * a part of the width. Thread-safe.
 */
public final class Chart {
  private static final int WIDTH = 640;
  private static final int LEFT = 76;
  private static final int RIGHT = WIDTH - 14;
  private static final int PANEL_HEIGHT = 118;
  private static final int TITLE_Y = 20;
  private static final int TOP = 32;
  private static final int BOTTOM = 96;
  private static final int HEAD_HEIGHT = 36;

  private static final long MINUTE_NS = 60_000_000_000L;
  private static final long HOUR_NS = 60 * MINUTE_NS;

  /** The least that the scale leaves above the greatest value. */
  private static final double HEADROOM = 1.08;

  private static final String USUAL = "#1f6f54";
  private static final String ODD = "#c0261c";

  /**
   * One panel.
   *
   * @param title as raw bytes, one char each
   * @param column the index of the metric in the samples
   */
  public record Panel(String title, KeptSamples kept, int column) {
    Unit unit() {
      return kept.metrics().get(column).metric().unit();
    }

    KeptSamples.Range usual() {
      return kept.usual().get(column);
    }

    boolean isOdd() {
      return usual().score() >= SeriesStore.UNUSUAL;
    }
  }

  /** A part of the width, with the ages that it shows, ns. */
  private record Part(long oldestNs, long newestNs, double left, double right, String label) {
    double x(long ageNs) {
      double part = (double) (ageNs - newestNs) / (oldestNs - newestNs);
      return right - part * (right - left);
    }

    boolean has(long ageNs) {
      return ageNs >= newestNs && ageNs < oldestNs;
    }
  }

  private final StringBuilder out = new StringBuilder();

  private Chart() {}

  /**
   * Draws panels.
   *
   * @param heading as raw bytes, one char each
   */
  public static String of(String heading, List<Panel> panels) {
    Chart chart = new Chart();
    int height = HEAD_HEIGHT + Math.max(1, panels.size()) * PANEL_HEIGHT;
    chart.begin(heading, height);
    for (int i = 0; i < panels.size(); i++) {
      chart.panel(panels.get(i), HEAD_HEIGHT + i * PANEL_HEIGHT);
    }
    if (panels.isEmpty()) {
      chart.label(LEFT, HEAD_HEIGHT + TITLE_Y, "start", "#555", 13, "Nothing is unusual.");
    }
    chart.out.append("</svg>\n");
    return chart.out.toString();
  }

  private void begin(String heading, int height) {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
            + " font-family=\"sans-serif\" role=\"img\">%n",
        WIDTH, height, WIDTH, height);
    add("<title>%s</title>%n", escaped(heading));
    add("<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>%n", WIDTH, height);
    label(14, 24, "start", "#111", 15, heading);
  }

  private void panel(Panel panel, int y) {
    label(14, y + TITLE_Y, "start", panel.isOdd() ? ODD : "#111", 13, panel.title());
    List<KeptSamples.Row> rows = panel.kept().rows();
    if (rows.isEmpty()) {
      label(LEFT, y + TOP + 30, "start", "#555", 12, "no samples yet");
      return;
    }
    Scale scale = Scale.of(panel, rows, y);
    List<Part> parts = parts(rows);
    frame(panel, scale, parts, y);
    line(panel, scale, parts);
  }

  /** The scale of the values. */
  private record Scale(double low, double high, int y) {
    static Scale of(Panel panel, List<KeptSamples.Row> rows, int y) {
      double low = 0;
      double high = 0;
      for (KeptSamples.Row row : rows) {
        double value = row.values()[panel.column()];
        if (!Double.isNaN(value)) {
          low = Math.min(low, value);
          high = Math.max(high, value);
        }
      }
      if (panel.usual().isKnown()) {
        low = Math.min(low, panel.usual().low());
        high = Math.max(high, panel.usual().high());
      }
      return new Scale(low * HEADROOM, high > low ? high * HEADROOM : low + 1, y);
    }

    double y(double value) {
      return y + BOTTOM - (value - low) / (high - low) * (BOTTOM - TOP);
    }
  }

  /** The parts of the width that have samples: those of the last minute always. */
  private static List<Part> parts(List<KeptSamples.Row> rows) {
    long lastNs = rows.get(rows.size() - 1).endNs();
    KeptSamples.Row oldest = rows.get(0);
    long spanNs = lastNs - oldest.endNs() + oldest.lengthNs();
    List<Part> parts = new ArrayList<>();
    int count = spanNs > HOUR_NS + MINUTE_NS ? 3 : spanNs > MINUTE_NS + MINUTE_NS / 2 ? 2 : 1;
    double width = (double) (RIGHT - LEFT) / count;
    double right = RIGHT;
    parts.add(new Part(MINUTE_NS, 0, right - width, right, "1 min ago"));
    if (count > 1) {
      right -= width;
      long untilNs = Math.min(HOUR_NS, spanNs);
      parts.add(new Part(untilNs, MINUTE_NS, right - width, right, ago(untilNs)));
    }
    if (count > 2) {
      right -= width;
      parts.add(new Part(spanNs, HOUR_NS, right - width, right, ago(spanNs)));
    }
    return parts;
  }

  private static String ago(long ns) {
    long minutes = ns / MINUTE_NS;
    return minutes >= 60 ? minutes / 60 + " h ago" : minutes + " min ago";
  }

  private void frame(Panel panel, Scale scale, List<Part> parts, int y) {
    KeptSamples.Range usual = panel.usual();
    if (usual.isKnown()) {
      double top = scale.y(usual.high());
      double bottom = Math.max(top + 1, scale.y(usual.low()));
      add(
          "<rect x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\" fill=\"#cfe8dc\"/>%n",
          LEFT, top, RIGHT - LEFT, bottom - top);
    }
    add(
        "<path d=\"M%d %dV%dH%d\" fill=\"none\" stroke=\"#999\"/>%n",
        LEFT, y + TOP, y + BOTTOM, RIGHT);
    label(
        LEFT - 6,
        y + TOP + 9,
        "end",
        "#555",
        11,
        Figures.shown(panel.unit(), scale.high / HEADROOM));
    label(LEFT - 6, y + BOTTOM, "end", "#555", 11, Figures.shown(panel.unit(), scale.low));
    label(RIGHT, y + BOTTOM + 14, "end", "#555", 11, "now");
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      boolean isLast = i == parts.size() - 1;
      String anchor = isLast ? "start" : "middle";
      label(part.left, y + BOTTOM + 14, anchor, "#555", 11, part.label);
      if (!isLast) {
        add(
            "<path d=\"M%.1f %dV%d\" stroke=\"#bbb\" stroke-dasharray=\"3 3\"/>%n",
            part.left, y + TOP, y + BOTTOM);
      }
    }
  }

  private void line(Panel panel, Scale scale, List<Part> parts) {
    List<KeptSamples.Row> rows = panel.kept().rows();
    long lastNs = rows.get(rows.size() - 1).endNs();
    String color = panel.isOdd() ? ODD : USUAL;
    StringBuilder path = new StringBuilder();
    boolean isApart = true;
    double x = 0;
    double y = 0;
    for (KeptSamples.Row row : rows) {
      double value = row.values()[panel.column()];
      Part part = part(parts, lastNs - row.endNs());
      if (Double.isNaN(value) || part == null) {
        isApart = true;
        continue;
      }
      x = part.x(lastNs - row.endNs());
      y = scale.y(value);
      path.append(String.format(Locale.ROOT, "%s%.1f %.1f", isApart ? "M" : "L", x, y));
      isApart = false;
    }
    add("<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>%n", path, color);
    if (!path.isEmpty()) {
      add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>%n", x, y, color);
    }
  }

  private static @Nullable Part part(List<Part> parts, long ageNs) {
    return parts.stream().filter(part -> part.has(ageNs)).findFirst().orElse(null);
  }

  private void label(double x, double y, String anchor, String color, int size, String text) {
    add(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\" font-size=\"%d\">%s</text>%n",
        x, y, anchor, color, size, escaped(text));
  }

  private void add(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values));
  }

  /** A text as XML in ASCII. A byte that isn't ASCII becomes a question mark. */
  private static String escaped(String raw) {
    StringBuilder text = new StringBuilder();
    String line = Escapes.line(raw);
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      switch (c) {
        case '&' -> text.append("&amp;");
        case '<' -> text.append("&lt;");
        case '>' -> text.append("&gt;");
        default -> text.append(c < 0x7f ? c : '?');
      }
    }
    return text.toString();
  }
}
