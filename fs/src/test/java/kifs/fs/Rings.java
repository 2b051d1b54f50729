package kifs.fs;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the rings (strongly connected components) of a graph: groups of nodes in which every node
 * reaches every other. The algorithm is Tarjan's.
 */
final class Rings {
  private final Map<String, Set<String>> edges;
  private final Map<String, Integer> index = new HashMap<>();
  private final Map<String, Integer> low = new HashMap<>();
  private final Deque<String> path = new ArrayDeque<>();
  private final Set<String> onPath = new TreeSet<>();
  private final List<List<String>> rings = new ArrayList<>();

  private Rings(Map<String, Set<String>> edges) {
    this.edges = edges;
  }

  /**
   * @param edges for each node, the nodes that it refers to
   * @return the rings of two or more nodes, each in alphabetical order
   */
  static List<List<String>> of(Map<String, Set<String>> edges) {
    Rings rings = new Rings(edges);
    for (String node : edges.keySet()) {
      if (!rings.index.containsKey(node)) {
        rings.visit(node);
      }
    }
    return rings.rings;
  }

  private void visit(String node) {
    index.put(node, index.size());
    low.put(node, index.get(node));
    path.push(node);
    onPath.add(node);
    for (String next : edges.getOrDefault(node, Set.of())) {
      if (!index.containsKey(next)) {
        visit(next);
        low.merge(node, low.get(next), Math::min);
      } else if (onPath.contains(next)) {
        low.merge(node, index.get(next), Math::min);
      }
    }
    if (low.get(node).equals(index.get(node))) {
      Set<String> ring = new TreeSet<>();
      String member;
      do {
        member = path.pop();
        onPath.remove(member);
        ring.add(member);
      } while (!member.equals(node));
      if (ring.size() > 1) {
        rings.add(List.copyOf(ring));
      }
    }
  }
}
