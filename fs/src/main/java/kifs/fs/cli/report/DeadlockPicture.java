package kifs.fs.cli.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A deadlock as inline SVG: its threads on a circle, and arrows to what they wait for. Stateless.
 */
final class DeadlockPicture {
  private static final int MAX_MEMBERS = 16;
  private static final int WIDTH = 600;
  private static final int RADIUS = 110;
  private static final int BOX_WIDTH = 150;
  private static final int BOX_HEIGHT = 30;
  private static final int GAP = 3;

  private DeadlockPicture() {}

  /** Draws a deadlock; nothing if it is too large for a picture. */
  static String of(Incident.Deadlock deadlock) {
    Set<Incident.Member> set = new LinkedHashSet<>();
    deadlock.edges().forEach(edge -> set.add(edge.waiter()));
    List<Incident.Member> members = new ArrayList<>(set);
    if (members.size() > MAX_MEMBERS) {
      return "";
    }
    int height = 2 * RADIUS + 2 * BOX_HEIGHT + 20;
    StringBuilder svg = new StringBuilder();
    svg.append("<svg class=\"graph\" viewBox=\"0 0 ").append(WIDTH).append(' ').append(height);
    svg.append("\" role=\"img\" aria-label=\"Who waits for whom\"><defs><marker id=\"a");
    svg.append(deadlock.number());
    svg.append("\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\"");
    svg.append(" orient=\"auto\"><path class=\"head\" d=\"M0 0L8 4L0 8z\"/></marker></defs>");
    for (Incident.Edge edge : deadlock.edges()) {
      int from = members.indexOf(edge.waiter());
      int to = index(members, edge.owner());
      if (to >= 0 && to != from) {
        arrow(svg, deadlock, from, to, members.size(), edge.kind(), height);
      }
    }
    for (int i = 0; i < members.size(); i++) {
      box(svg, members.get(i), x(i, members.size()), y(i, members.size(), height));
    }
    return svg.append("</svg>\n").toString();
  }

  /** An owner is known by its ids, because its name may differ while it is changed. */
  private static int index(List<Incident.Member> members, Incident.Member owner) {
    for (int i = 0; i < members.size(); i++) {
      if (members.get(i).tid() == owner.tid()) {
        return i;
      }
    }
    return -1;
  }

  private static double x(int index, int count) {
    return WIDTH / 2.0 + 1.8 * RADIUS * Math.sin(2 * Math.PI * index / count);
  }

  private static double y(int index, int count, int height) {
    return height / 2.0 - RADIUS * Math.cos(2 * Math.PI * index / count);
  }

  private static void arrow(
      StringBuilder svg,
      Incident.Deadlock deadlock,
      int from,
      int to,
      int count,
      String kind,
      int height) {
    double x1 = x(from, count);
    double y1 = y(from, count, height);
    double x2 = x(to, count);
    double y2 = y(to, count, height);
    // Bent, so that two threads that wait for each other have two arrows.
    double bend = 0.25;
    double mx = (x1 + x2) / 2 - bend * (y2 - y1);
    double my = (y1 + y2) / 2 + bend * (x2 - x1);
    // The arrow ends at the edge of the box, not below it.
    double length = Math.max(1, Math.hypot(mx - x2, my - y2));
    double ux = (mx - x2) / length;
    double uy = (my - y2) / length;
    double cut = GAP + Math.min(half(BOX_WIDTH, ux), half(BOX_HEIGHT, uy));
    svg.append(
        String.format(
            Locale.ROOT,
            "<path class=\"edge\" marker-end=\"url(#a%d)\" d=\"M%.1f %.1fQ%.1f %.1f %.1f %.1f\"/>",
            deadlock.number(),
            x1,
            y1,
            mx,
            my,
            x2 + ux * cut,
            y2 + uy * cut));
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>",
            0.85 * mx + 0.15 * (x1 + x2) / 2,
            0.85 * my + 0.15 * (y1 + y2) / 2,
            Html.escaped(kind)));
  }

  /** How far the edge of a box is from its middle in a direction. */
  private static double half(int size, double direction) {
    return size / 2.0 / Math.max(1e-6, Math.abs(direction));
  }

  private static void box(StringBuilder svg, Incident.Member member, double x, double y) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%d\" height=\"%d\" rx=\"6\"/>"
                + "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>",
            x - BOX_WIDTH / 2.0,
            y - BOX_HEIGHT / 2.0,
            BOX_WIDTH,
            BOX_HEIGHT,
            x,
            y + 4,
            Html.escaped(member.title())));
  }
}
