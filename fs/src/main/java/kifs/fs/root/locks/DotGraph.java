package kifs.fs.root.locks;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code locks/graph.dot}: the wait-for graph for Graphviz. An edge goes from who waits to who
 * holds, and tells what and since when.
 *
 * <p>A thousand waiters stay readable, as what is alike is drawn once: threads of one name, of one
 * process, that wait for the same object of the same owner without being waited for; and clusters
 * that nothing connects and that differ only in ids, such as the workers of a pool that each wait
 * for a lock of their own.
 */
public final class DotGraph {
  private final long nowNs;
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Map<String, Edge> edges = new LinkedHashMap<>();
  private int unowned;

  /** What is drawn as one: a thread, a process, or threads that are alike. */
  static final class Node {
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

  static final class Edge {
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
  public static String text(List<WaitRow> rows, long nowNs) {
    DotGraph graph = new DotGraph(nowNs);
    graph.build(rows);
    List<WaitCluster> clusters = WaitCluster.of(graph.nodes.values(), graph.edges.values());
    return DotWriter.text(clusters, graph.unowned);
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
}
