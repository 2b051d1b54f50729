package kifs.fs.root.locks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who is connected by waits, and how often the like of it is there. */
final class WaitCluster {
  /** What two clusters may differ in further away from a node than this isn't looked at. */
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

  /** How many there are that are alike, of which this one is drawn. */
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
   * All clusters, those with a deadlock first and then those that have waited longest. Of those
   * that are alike only the one that has waited longest.
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
    edges.forEach(edge -> clusters.get(root(parents, edge.from)).edges.add(edge));
    return new ArrayList<>(clusters.values());
  }

  private static DotGraph.Node root(Map<DotGraph.Node, DotGraph.Node> parents, DotGraph.Node of) {
    DotGraph.Node at = of;
    while (parents.get(at) != at) {
      parents.put(at, parents.get(parents.get(at)));
      at = parents.get(at);
    }
    return at;
  }

  /**
   * The same for clusters that differ only in ids: each node is told from others by its name, then
   * by what its neighbours are, and so on.
   */
  private String shape() {
    Map<DotGraph.Node, Integer> colours = new HashMap<>();
    nodes.forEach(node -> colours.put(node, kind(node).hashCode()));
    for (int round = 0; round < Math.min(REACH, nodes.size()); round++) {
      Map<DotGraph.Node, Integer> sums = new HashMap<>();
      for (DotGraph.Edge edge : edges) {
        int kind = kind(edge).hashCode();
        sums.merge(edge.from, mixed(kind, colours.get(edge.to)), Integer::sum);
        sums.merge(edge.to, mixed(~kind, colours.get(edge.from)), Integer::sum);
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
        : edge.row.kind() + " " + edge.row.isTimed() + " " + edge.row.mapping();
  }
}
