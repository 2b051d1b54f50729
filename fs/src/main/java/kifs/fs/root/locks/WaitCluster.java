package kifs.fs.root.locks;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Nodes that are connected by waits, and the number of clusters that differ from them only in ids.
 * Not thread-safe.
 */
final class WaitCluster {
  /** How many edges away from a node the comparison of two clusters reaches. */
  private static final int REACH = 8;

  private final List<DotGraph.Node> nodes = new ArrayList<>();
  private final List<DotGraph.Edge> edges = new ArrayList<>();
  private int times = 1;

  private WaitCluster() {}

  List<DotGraph.Node> nodes() {
    return nodes;
  }

  List<DotGraph.Edge> edges() {
    return edges;
  }

  /** The number of clusters that are alike, this one included. */
  int times() {
    return times;
  }

  boolean isDeadlocked() {
    return nodes.stream().anyMatch(node -> node.deadlock != 0);
  }

  long longestNs() {
    return edges.stream().mapToLong(edge -> edge.longestNs).max().orElse(-1);
  }

  /**
   * Divides a graph into clusters. Those with a deadlock come first, then those that have waited
   * longest. One cluster, the one that has waited longest, represents all that are alike.
   */
  static List<WaitCluster> of(Collection<DotGraph.Node> nodes, Collection<DotGraph.Edge> edges) {
    List<WaitCluster> all = connected(nodes, edges);
    all.sort(
        Comparator.comparing(WaitCluster::isDeadlocked)
            .thenComparing(WaitCluster::longestNs)
            .reversed());
    Map<String, WaitCluster> drawn = new LinkedHashMap<>();
    for (WaitCluster cluster : all) {
      String shape = cluster.isDeadlocked() ? "alone " + drawn.size() : cluster.shape();
      WaitCluster like = drawn.putIfAbsent(shape, cluster);
      if (like != null) {
        like.times++;
      }
    }
    return new ArrayList<>(drawn.values());
  }

  private static List<WaitCluster> connected(
      Collection<DotGraph.Node> nodes, Collection<DotGraph.Edge> edges) {
    Map<DotGraph.Node, DotGraph.Node> parents = new HashMap<>();
    nodes.forEach(node -> parents.put(node, node));
    edges.forEach(edge -> parents.put(root(parents, edge.from), root(parents, edge.to)));
    Map<DotGraph.Node, WaitCluster> clusters = new LinkedHashMap<>();
    for (DotGraph.Node node : nodes) {
      clusters.computeIfAbsent(root(parents, node), r -> new WaitCluster()).nodes.add(node);
    }
    edges.forEach(edge -> of(clusters, root(parents, edge.from)).edges.add(edge));
    return new ArrayList<>(clusters.values());
  }

  private static DotGraph.Node root(Map<DotGraph.Node, DotGraph.Node> parents, DotGraph.Node node) {
    DotGraph.Node at = node;
    for (DotGraph.Node up = of(parents, at); up != at; up = of(parents, at)) {
      DotGraph.Node next = of(parents, up);
      parents.put(at, next);
      at = next;
    }
    return at;
  }

  /** What a map has for a node. Each of the maps here has something for every node. */
  private static <T> T of(Map<DotGraph.Node, T> map, DotGraph.Node node) {
    return requireNonNull(map.get(node));
  }

  /**
   * A text that is equal for clusters that differ only in ids (Weisfeiler-Lehman colours): the
   * colour of a node depends first on its name, then also on the colours of its neighbours, and so
   * on.
   */
  private String shape() {
    Map<DotGraph.Node, Integer> colours = new HashMap<>();
    nodes.forEach(node -> colours.put(node, kind(node).hashCode()));
    for (int round = 0; round < Math.min(REACH, nodes.size()); round++) {
      Map<DotGraph.Node, Integer> sums = new HashMap<>();
      for (DotGraph.Edge edge : edges) {
        int kind = kind(edge).hashCode();
        sums.merge(edge.from, mixed(kind, of(colours, edge.to)), Integer::sum);
        sums.merge(edge.to, mixed(~kind, of(colours, edge.from)), Integer::sum);
      }
      sums.forEach((node, sum) -> colours.merge(node, sum, WaitCluster::mixed));
    }
    return colours.values().stream().sorted().toList() + " " + edges.size();
  }

  private static int mixed(int a, int b) {
    int product = (a * 31 + b) * 0x9E3779B1;
    return product ^ product >>> 15;
  }

  private static String kind(DotGraph.Node node) {
    return node.name + " " + node.threads + " " + node.who.contains("/");
  }

  private static String kind(DotGraph.Edge edge) {
    return edge.row == null
        ? "of"
        : edge.row.awaited().kind()
            + " "
            + edge.row.awaited().isTimed()
            + " "
            + edge.row.awaited().mapping();
  }
}
