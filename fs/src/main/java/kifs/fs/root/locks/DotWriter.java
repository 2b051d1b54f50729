package kifs.fs.root.locks;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import kifs.fs.node.text.Values;

/**
 * Writes the wait-for graph in Graphviz's language. Each deadlock is a red box. A thread that waits
 * for a deadlock without being part of it is orange. A cluster that represents others that are
 * alike has a grey box with their number. Not thread-safe.
 */
final class DotWriter {
  private static final String RED = "#c00000";
  private static final String ORANGE = "#d07000";
  private static final String GREY = "#808080";

  /** A graph with more nodes would not be readable, and Graphviz would need minutes for it. */
  private static final int MAX_NODES = 2_000;

  private final StringBuilder out = new StringBuilder();
  private final Map<DotGraph.Node, String> names = new LinkedHashMap<>();

  private DotWriter() {}

  /**
   * @param unowned the number of waits whose owner is unknown; they are not drawn
   */
  static String text(List<WaitCluster> clusters, int unowned) {
    return new DotWriter().write(clusters, unowned);
  }

  private String write(List<WaitCluster> clusters, int unowned) {
    int count = 0;
    int nodes = 0;
    while (count < clusters.size() && (nodes < MAX_NODES || clusters.get(count).isDeadlocked())) {
      nodes += clusters.get(count++).nodes().size();
    }
    int omitted =
        clusters.subList(count, clusters.size()).stream()
            .mapToInt(cluster -> cluster.times() * cluster.edges().size())
            .sum();
    List<WaitCluster> drawn = clusters.subList(0, count);
    out.append("digraph locks {\n");
    out.append("  rankdir=LR;\n");
    out.append("  label=").append(quoted(caption(drawn, unowned, omitted))).append(";\n");
    out.append("  labelloc=t;\n");
    out.append("  fontname=\"sans-serif\";\n");
    out.append("  node [shape=box, style=\"rounded,filled\", fillcolor=white,");
    out.append(" fontname=\"sans-serif\", fontsize=11];\n");
    out.append("  edge [fontname=\"sans-serif\", fontsize=9];\n");
    drawn.forEach(this::writeCluster);
    return out.append("}\n").toString();
  }

  private static String caption(List<WaitCluster> drawn, int unowned, int omitted) {
    long deadlocks =
        drawn.stream()
            .flatMap(cluster -> cluster.nodes().stream())
            .mapToLong(node -> node.deadlock)
            .distinct()
            .filter(number -> number != 0)
            .count();
    StringBuilder caption = new StringBuilder();
    caption.append(
        deadlocks == 0 ? "no deadlock" : deadlocks + (deadlocks == 1 ? " deadlock" : " deadlocks"));
    if (unowned > 0) {
      caption.append("; not drawn: ").append(unowned).append(" waits without a known owner");
    }
    if (omitted > 0) {
      caption.append("; omitted: ").append(omitted).append(" more waits");
    }
    return caption.toString();
  }

  private void writeCluster(WaitCluster cluster) {
    cluster.nodes().forEach(node -> names.put(node, "n" + names.size()));
    if (cluster.times() > 1) {
      String name = "like_" + names.get(cluster.nodes().get(0));
      begin(name, "one of " + cluster.times() + " groups that look alike:", GREY, "style=dashed");
      cluster.nodes().forEach(node -> writeNode("    ", node));
      out.append("  }\n");
    } else {
      cluster.nodes().stream()
          .collect(Collectors.groupingBy(node -> node.deadlock, TreeMap::new, Collectors.toList()))
          .forEach(this::writeNodes);
    }
    cluster.edges().stream()
        .sorted(Comparator.comparingLong(edge -> -edge.longestNs))
        .forEach(this::writeEdge);
  }

  /** Writes the nodes of one deadlock in a box; nodes without one (0) stand by themselves. */
  private void writeNodes(long deadlock, Collection<DotGraph.Node> nodes) {
    if (deadlock == 0) {
      nodes.forEach(node -> writeNode("  ", node));
      return;
    }
    begin(Long.toString(deadlock), "deadlock " + deadlock, RED, "penwidth=2; bgcolor=\"#fff0f0\"");
    nodes.forEach(node -> writeNode("    ", node));
    out.append("  }\n");
  }

  private void begin(String name, String label, String color, String style) {
    out.append("  subgraph cluster_").append(name).append(" {\n");
    out.append("    label=").append(quoted(label)).append(";\n");
    out.append("    color=\"").append(color).append("\"; fontcolor=\"").append(color);
    out.append("\"; ").append(style).append(";\n");
  }

  private void writeNode(String indent, DotGraph.Node node) {
    out.append(indent).append(names.get(node)).append(" [label=").append(quoted(label(node)));
    if (node.deadlock != 0) {
      out.append(", color=\"").append(RED).append("\", penwidth=2");
    } else if (node.behind != 0) {
      out.append(", color=\"").append(ORANGE).append("\"");
    }
    if (node.threads > 1) {
      out.append(", peripheries=2");
    }
    out.append("];\n");
  }

  private static String label(DotGraph.Node node) {
    String name = node.name == null || node.name.isEmpty() ? "" : node.name + "\n";
    return node.threads > 1
        ? name + node.threads + " threads of " + node.who.replaceAll("/.*", "")
        : name + node.who;
  }

  private void writeEdge(DotGraph.Edge edge) {
    out.append("  ").append(names.get(edge.from)).append(" -> ").append(names.get(edge.to));
    WaitRow row = edge.row;
    if (row == null) {
      out.append(" [style=dotted, arrowhead=none];\n");
      return;
    }
    out.append(" [label=").append(quoted(label(edge, row)));
    if (row.in().deadlock() != 0) {
      out.append(", color=\"").append(RED).append("\", fontcolor=\"").append(RED);
      out.append("\", penwidth=2");
    } else if (row.in().behind() != 0) {
      out.append(", color=\"").append(ORANGE).append("\"");
    }
    if (row.awaited().isTimed()) {
      out.append(", style=dashed");
    }
    out.append("];\n");
  }

  private static String label(DotGraph.Edge edge, WaitRow row) {
    String place =
        row.awaited().mapping() == null || row.awaited().mapping().isEmpty()
            ? ""
            : "\n" + row.awaited().place();
    String object = row.awaited().kind().label() + " " + row.awaited().name() + place;
    String held = "\nheld by " + row.owner().id();
    if (edge.longestNs < 0) {
      return object + held;
    }
    String time = seconds(edge.longestNs);
    String span =
        edge.from.threads > 1 && !seconds(edge.shortestNs).equals(time)
            ? seconds(edge.shortestNs) + " to " + time
            : time;
    return object + held + "\nfor " + span;
  }

  private static String seconds(long ns) {
    return String.format(Locale.ROOT, ns < 100_000_000_000L ? "%.1f s" : "%.0f s", ns / 1e9);
  }

  /** A DOT string. Names come from untrusted processes and can have any bytes. */
  private static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (String line : text.split("\n", -1)) {
      if (out.length() > 1) {
        out.append("\\n");
      }
      for (char c : Values.escaped(line).toCharArray()) {
        if (c == '"' || c == '\\') {
          out.append('\\').append(c);
        } else if (c > '~') {
          out.append(String.format(Locale.ROOT, "\\\\x%02x", (int) c));
        } else {
          out.append(c);
        }
      }
    }
    return out.append('"').toString();
  }
}
