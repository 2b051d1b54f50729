package kifs.fs.root.locks;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code locks/graph.dot}: the wait-for graph for Graphviz. An edge goes from the blocked thread to
 * the owner. Its label shows the object and how long the thread has waited. Not thread-safe: each
 * read of the file makes a graph.
 *
 * <p>The graph of a thousand blocked threads stays readable, because things that are alike are
 * drawn once:
 *
 * <ul>
 *   <li>threads of one name and one process that wait for the same object of the same owner, and
 *       for which no thread waits;
 *   <li>clusters that differ only in ids, such as the workers of a pool, each of which waits for
 *       its own lock.
 * </ul>
 */
public final class DotGraph {
  private final long nowNs;
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Map<String, Edge> edges = new LinkedHashMap<>();
  private int unowned;

  /** A node of the drawing: a thread, a process, or several threads that are alike. */
  static final class Node {
    final String id;
    final @Nullable String name;
    final String who;
    long deadlock;
    long behind;
    int threads;

    Node(String id, @Nullable String name, String who) {
      this.id = id;
      this.name = name;
      this.who = who;
    }
  }

  /**
   * An edge of the drawing: one wait, several waits that are alike, or a thread's membership in its
   * process.
   */
  static final class Edge {
    final Node from;
    final Node to;

    /** One of the waits; null for a membership. */
    final @Nullable WaitRow row;

    long longestNs = -1;
    long shortestNs = Long.MAX_VALUE;

    Edge(Node from, Node to, @Nullable WaitRow row) {
      this.from = from;
      this.to = to;
      this.row = row;
    }
  }

  private DotGraph(long nowNs) {
    this.nowNs = nowNs;
  }

  /**
   * Draws the waits.
   *
   * @param nowNs boot time of the snapshot with the waits, ns
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
      if (row.owner().isKnown()) {
        waitedFor.add(row.owner().id());
        edgesOf.merge(row.waiter().id(), 1, Integer::sum);
      }
    }
    for (WaitRow row : rows) {
      if (!row.owner().isKnown()) {
        unowned++;
      } else {
        // A thread can be drawn together with others only if this is its only edge.
        boolean single =
            row.in().deadlock() == 0
                && edgesOf.getOrDefault(row.waiter().id(), 0) == 1
                && !waitedFor.contains(row.waiter().id());
        add(row, single, waitedFor.contains(Integer.toString(row.waiter().pid())));
      }
    }
  }

  /**
   * @param single whether this is the thread's only edge, so that it can be drawn together with
   *     threads that are like it
   * @param process whether a thread waits for the process of the blocked thread
   */
  private void add(WaitRow row, boolean single, boolean process) {
    String id =
        !single
            ? row.waiter().id()
            : String.join(
                " ",
                "like",
                Integer.toString(row.waiter().pid()),
                row.waiter().name(),
                row.identity(),
                row.owner().id(),
                Long.toString(row.in().behind()));
    Node from = nodes.computeIfAbsent(id, i -> new Node(i, row.waiter().name(), row.waiter().id()));
    from.threads += single ? 1 : 0;
    from.deadlock = Math.max(from.deadlock, row.in().deadlock());
    from.behind = Math.max(from.behind, row.in().behind());
    Node to =
        nodes.computeIfAbsent(
            row.owner().id(), i -> new Node(i, row.owner().name(), row.owner().id()));
    if (row.in().deadlock() != 0) {
      to.deadlock = row.in().deadlock();
    }
    Edge edge =
        edges.computeIfAbsent(
            id + " " + row.owner().id() + " " + row.identity(), key -> new Edge(from, to, row));
    if (row.sinceNs() >= 0) {
      long waited = Math.max(0, nowNs - row.sinceNs());
      edge.longestNs = Math.max(edge.longestNs, waited);
      edge.shortestNs = Math.min(edge.shortestNs, waited);
    }
    if (process) {
      addMembership(from, row);
    }
  }

  /**
   * Connects the process with its blocked thread: a thread that waits for the process waits for
   * this one.
   */
  private void addMembership(Node from, WaitRow row) {
    Node process =
        nodes.computeIfAbsent(
            Integer.toString(row.waiter().pid()),
            i -> new Node(i, null, Integer.toString(row.waiter().pid())));
    edges.computeIfAbsent("of " + process.id + " " + from.id, key -> new Edge(process, from, null));
  }
}
