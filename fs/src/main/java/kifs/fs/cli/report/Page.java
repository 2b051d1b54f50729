package kifs.fs.cli.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import kifs.fs.cli.table.Units;

/** The page. All of it is in one text, and all that comes from a recording is escaped. */
final class Page {
  private static final int MAX_ROWS = 5000;
  private static final int HOGS = 5;

  private final Incident incident;
  private final String name;
  private final StringBuilder out = new StringBuilder();

  Page(Incident incident, String name) {
    this.incident = incident;
    this.name = name;
  }

  String html() {
    List<Long> times = incident.times;
    String title = incident.host + ", " + Html.time(times.get(0));
    out.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n");
    // Nothing is loaded, even if something was not escaped.
    out.append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ");
    out.append("style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n");
    out.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    out.append("<title>").append(Html.escaped(title)).append("</title>\n<style>");
    out.append(resource("report.css")).append("</style></head><body>\n<header><h1>");
    out.append(Html.escaped(incident.host)).append("</h1><p>");
    out.append(Html.time(times.get(0))).append(" to ").append(Html.time(last())).append(" (");
    out.append(duration(last() - times.get(0))).append("), ").append(times.size());
    out.append(" moments of ").append(Html.escaped(name)).append(". All times are in UTC.");
    out.append("</p></header>\n<main>\n");
    events();
    hogs();
    deadlocks();
    host();
    processes();
    table();
    out.append("</main>\n<script>").append(resource("report.js")).append("</script>\n");
    return out.append("</body></html>\n").toString();
  }

  private long last() {
    return incident.times.get(incident.times.size() - 1);
  }

  private static String resource(String name) {
    try (InputStream in = Page.class.getResourceAsStream("/kifs/" + name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void section(String title) {
    out.append("<h2>").append(title).append("</h2>\n");
  }

  private void events() {
    section("What happened");
    if (incident.events.isEmpty()) {
      out.append("<p>Nothing stands out: no threshold was crossed, nothing was unusual, and there");
      out.append(" was no deadlock.</p>\n");
      return;
    }
    out.append("<ol class=\"events\">\n");
    incident.events.stream()
        .sorted(Comparator.comparingLong(Incident.Event::realtimeNs))
        .forEach(
            event -> {
              out.append(event.isSerious() ? "<li class=\"serious\">" : "<li>");
              out.append("<time>").append(Html.time(event.realtimeNs())).append("</time> ");
              out.append(Html.escaped(event.what())).append("</li>\n");
            });
    out.append("</ol>\n");
  }

  private void hogs() {
    section("Who used most");
    out.append("<div class=\"grid\">\n");
    hogs("CPU time", incident.ranked(story -> story.cpuNs), story -> duration(story.cpuNs));
    hogs("Memory", incident.ranked(story -> story.peakRss), story -> bytes(story.peakRss));
    hogs("Storage", incident.ranked(story -> story.ioBytes), story -> bytes(story.ioBytes));
    out.append("</div>\n");
  }

  private interface Cell {
    String of(Story story);
  }

  private void hogs(String title, List<Story> stories, Cell cell) {
    out.append("<div><h3>").append(title).append("</h3><table>\n");
    if (stories.isEmpty()) {
      out.append("<tr><td>none, as far as was recorded</td></tr>\n");
    }
    for (Story story : stories.subList(0, Math.min(HOGS, stories.size()))) {
      out.append("<tr><td>").append(Html.escaped(story.title())).append("</td><td class=\"n\">");
      out.append(cell.of(story)).append("</td></tr>\n");
    }
    out.append("</table></div>\n");
  }

  private void deadlocks() {
    for (Incident.Deadlock deadlock : incident.deadlocks.values()) {
      section("Deadlock " + deadlock.number());
      long since = incident.times.get(deadlock.first());
      out.append("<p>First seen at ").append(Html.time(since)).append(".</p>\n");
      out.append(DeadlockPicture.of(deadlock)).append("<div class=\"wide\"><table>\n<tr><th>");
      out.append("thread</th><th>waits for</th><th>by</th><th>in</th></tr>\n");
      for (Incident.Edge edge : deadlock.edges()) {
        out.append("<tr><td>").append(Html.escaped(edge.waiter().title()));
        out.append("</td><td>").append(Html.escaped(edge.owner().title()));
        out.append("</td><td>").append(Html.escaped(edge.kind()));
        out.append("</td><td>").append(Html.escaped(edge.object())).append("</td></tr>\n");
      }
      out.append("</table></div>\n");
    }
  }

  private void host() {
    section("The host");
    out.append("<div class=\"grid plots\">\n");
    incident.figures.forEach(
        (figure, series) -> {
          double least = figure.unit.equals("%") ? 100 : 0;
          out.append(Plot.of(figure.title, series, figure.unit, incident.times, least));
        });
    out.append("</div>\n");
  }

  private void processes() {
    section("The processes that matter");
    for (Story story : incident.matter()) {
      out.append("<h3>").append(Html.escaped(story.title())).append(", user ").append(story.uid);
      out.append("</h3>\n<div class=\"grid plots\">\n");
      out.append(Plot.of("CPU time", story.cpu, "%", incident.times, 0));
      out.append(Plot.of("Resident memory", story.rss, "bytes", incident.times, 0));
      out.append("</div>\n");
    }
  }

  private void table() {
    section("All processes");
    out.append("<p class=\"search\"><label>Search <input id=\"search\" type=\"search\"></label>");
    out.append(" <span id=\"found\"></span></p>\n<div class=\"wide\"><table id=\"all\"><thead>");
    out.append("<tr><th>pid</th><th>name</th><th>user</th><th class=\"n\">CPU time</th>");
    out.append("<th class=\"n\">peak memory</th><th class=\"n\">storage</th><th>from</th>");
    out.append("<th>to</th></tr></thead><tbody>\n");
    List<Story> all =
        incident.stories.values().stream()
            .sorted(Comparator.comparingLong((Story story) -> story.cpuNs).reversed())
            .toList();
    for (Story story : all.subList(0, Math.min(MAX_ROWS, all.size()))) {
      row(story);
    }
    out.append("</tbody></table></div>\n");
    if (all.size() > MAX_ROWS) {
      out.append("<p>").append(all.size() - MAX_ROWS);
      out.append(" more processes used less CPU time.</p>\n");
    }
  }

  private void row(Story story) {
    out.append("<tr><td>").append(story.pid).append("</td><td>");
    out.append(Html.escaped(story.comm)).append("</td><td>").append(story.uid);
    out.append("</td><td class=\"n\">").append(duration(story.cpuNs));
    out.append("</td><td class=\"n\">").append(bytes(story.peakRss));
    out.append("</td><td class=\"n\">").append(bytes(story.ioBytes)).append("</td><td>");
    out.append(Html.clock(incident.times.get(story.first))).append("</td><td>");
    out.append(Html.clock(incident.times.get(story.last))).append("</td></tr>\n");
  }

  static String duration(long ns) {
    return Units.human(ns, false, "ns");
  }

  static String bytes(long bytes) {
    return Units.human(bytes, false, "bytes");
  }

  /** A value of a figure, with its unit. */
  static String value(double value, String unit) {
    return switch (unit) {
      case "bytes" -> bytes((long) value);
      case "%" -> Units.fixed(value, 0) + "%";
      default -> Units.fixed(value, 0);
    };
  }
}
