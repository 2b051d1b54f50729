package kifs.fs.node;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * {@code locks/graph.dot}: the wait-for graph for Graphviz. An edge goes from who waits to who
 * holds, and tells what and since when. Threads of one name, of one process, that wait for the same
 * object of the same owner without being waited for are drawn as one, so that a crowd at a lock
 * stays readable. Deadlocks are red and stand in a box of their own; who waits for one without
 * being part of it is orange.
 */
final class DotGraph {
  private static final String RED = "#c00000";
  private static final String ORANGE = "#d07000";

  /** Waits for nobody in particular say little: of each kind of them no more is drawn. */
  private static final int MOST_NODES = 2_000;

  private final long nowNs;
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Map<String, Edge> edges = new LinkedHashMap<>();
  private int unowned;
  private int leftOut;

  /** What is drawn as one: a thread, a process, or threads that are alike. */
  private static final class Node {
    final String id;
    final String name;
    final String who;
    long deadlock;
    long behind;
    int threads;

    Node(String id, String name, String who) {
      this.id = id;
      this.name = name;
      this.who = who;
    }
  }

  private static final class Edge {
    final Node from;
    final Node to;
    final WaitRow row;
    long longestNs = -1;
    long shortestNs = Long.MAX_VALUE;

    Edge(Node from, Node to, WaitRow row) {
      this.from = from;
      this.to = to;
      this.row = row;
    }
  }

  private DotGraph(long nowNs) {
    this.nowNs = nowNs;
  }

  /**
   * @param nowNs boot time at which they were seen
   */
  static String text(List<WaitRow> rows, long nowNs) {
    DotGraph graph = new DotGraph(nowNs);
    graph.build(rows);
    return graph.write();
  }

  private void build(List<WaitRow> rows) {
    Set<String> waitedFor = new HashSet<>();
    Map<String, Integer> edgesOf = new HashMap<>();
    for (WaitRow row : rows) {
      if (row.hasOwner()) {
        waitedFor.add(row.owner());
        edgesOf.merge(row.waiter(), 1, Integer::sum);
      }
    }
    for (WaitRow row : rows) {
      if (!row.hasOwner()) {
        unowned++;
      } else if (nodes.size() > MOST_NODES && row.deadlock() == 0) {
        leftOut++;
      } else {
        // Only who has nothing but this one edge can be like others.
        boolean alone =
            row.deadlock() == 0
                && edgesOf.get(row.waiter()) == 1
                && !waitedFor.contains(row.waiter());
        add(row, alone, waitedFor.contains(Integer.toString(row.pid())));
      }
    }
  }

  /**
   * @param alone whether it may be drawn together with others that are like it
   * @param process whether somebody waits for its process
   */
  private void add(WaitRow row, boolean alone, boolean process) {
    String id =
        !alone
            ? row.waiter()
            : String.join(
                " ",
                "like",
                Integer.toString(row.pid()),
                row.name(),
                row.identity(),
                row.owner(),
                Long.toString(row.behind()));
    Node from = nodes.computeIfAbsent(id, i -> new Node(i, row.name(), row.waiter()));
    from.threads += alone ? 1 : 0;
    from.deadlock = Math.max(from.deadlock, row.deadlock());
    from.behind = Math.max(from.behind, row.behind());
    Node to = nodes.computeIfAbsent(row.owner(), i -> new Node(i, row.ownerName(), row.owner()));
    if (row.deadlock() != 0) {
      to.deadlock = row.deadlock();
    }
    Edge edge =
        edges.computeIfAbsent(
            id + " " + row.owner() + " " + row.identity(), key -> new Edge(from, to, row));
    if (row.sinceNs() >= 0) {
      long waited = Math.max(0, nowNs - row.sinceNs());
      edge.longestNs = Math.max(edge.longestNs, waited);
      edge.shortestNs = Math.min(edge.shortestNs, waited);
    }
    if (process) {
      membership(from, row);
    }
  }

  /** Somebody waits for the whole process of this waiter: then it is the process that waits. */
  private void membership(Node from, WaitRow row) {
    Node process =
        nodes.computeIfAbsent(
            Integer.toString(row.pid()), i -> new Node(i, null, Integer.toString(row.pid())));
    edges.computeIfAbsent("of " + process.id + " " + from.id, key -> new Edge(process, from, null));
  }

  private String write() {
    StringBuilder out = new StringBuilder();
    out.append("digraph locks {\n");
    out.append("  rankdir=LR;\n");
    out.append("  label=").append(quoted(caption())).append(";\n");
    out.append("  labelloc=t;\n");
    out.append("  fontname=\"sans-serif\";\n");
    out.append("  node [shape=box, style=\"rounded,filled\", fillcolor=white,");
    out.append(" fontname=\"sans-serif\", fontsize=11];\n");
    out.append("  edge [fontname=\"sans-serif\", fontsize=9];\n");
    Map<Long, List<Node>> groups = new TreeMap<>();
    nodes
        .values()
        .forEach(node -> groups.computeIfAbsent(node.deadlock, n -> new ArrayList<>()).add(node));
    Map<Node, String> names = new LinkedHashMap<>();
    nodes.values().forEach(node -> names.put(node, "n" + names.size()));
    groups.forEach((number, group) -> write(out, number, group, names));
    edges.values().stream()
        .sorted(Comparator.comparingLong(edge -> -edge.longestNs))
        .forEach(edge -> write(out, edge, names));
    return out.append("}\n").toString();
  }

  private String caption() {
    long deadlocks =
        nodes.values().stream().mapToLong(n -> n.deadlock).distinct().filter(n -> n != 0).count();
    StringBuilder caption = new StringBuilder();
    caption.append(
        deadlocks == 0 ? "no deadlock" : deadlocks + (deadlocks == 1 ? " deadlock" : " deadlocks"));
    if (unowned > 0) {
      caption.append("; not drawn: ").append(unowned).append(" waits for nobody that can be told");
    }
    if (leftOut > 0) {
      caption.append("; left out: ").append(leftOut).append(" more waits");
    }
    return caption.toString();
  }

  private static void write(
      StringBuilder out, long deadlock, List<Node> group, Map<Node, String> names) {
    String indent = deadlock == 0 ? "  " : "    ";
    if (deadlock != 0) {
      out.append("  subgraph cluster_").append(deadlock).append(" {\n");
      out.append("    label=").append(quoted("deadlock " + deadlock)).append(";\n");
      out.append("    color=\"").append(RED).append("\"; fontcolor=\"").append(RED);
      out.append("\"; penwidth=2; bgcolor=\"#fff0f0\";\n");
    }
    for (Node node : group) {
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
    if (deadlock != 0) {
      out.append("  }\n");
    }
  }

  private static String label(Node node) {
    String name = node.name == null || node.name.isEmpty() ? "" : node.name + "\n";
    return node.threads > 1
        ? name + node.threads + " threads of " + node.who.replaceAll("/.*", "")
        : name + node.who;
  }

  private static void write(StringBuilder out, Edge edge, Map<Node, String> names) {
    out.append("  ").append(names.get(edge.from)).append(" -> ").append(names.get(edge.to));
    if (edge.row == null) {
      out.append(" [style=dotted, arrowhead=none];\n");
      return;
    }
    out.append(" [label=").append(quoted(label(edge)));
    if (edge.row.deadlock() != 0) {
      out.append(", color=\"").append(RED).append("\", fontcolor=\"").append(RED);
      out.append("\", penwidth=2");
    } else if (edge.row.behind() != 0) {
      out.append(", color=\"").append(ORANGE).append("\"");
    }
    if (edge.row.isTimed()) {
      out.append(", style=dashed");
    }
    out.append("];\n");
  }

  private static String label(Edge edge) {
    WaitRow row = edge.row;
    String place = row.mapping() == null || row.mapping().isEmpty() ? "" : "\n" + row.place();
    String object = row.kind().label() + " " + row.objectName() + place;
    String held = "\nheld by " + row.owner();
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

  /** A DOT string: names come from processes that nobody trusts, in any bytes. */
  private static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (String line : text.split("\n", -1)) {
      if (out.length() > 1) {
        out.append("\\n");
      }
      for (char c : Text.escaped(line).toCharArray()) {
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
