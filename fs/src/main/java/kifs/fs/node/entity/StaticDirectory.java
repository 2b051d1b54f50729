package kifs.fs.node.entity;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import kifs.fs.node.bulk.BulkNode;
import kifs.fs.node.refusal.Refusals;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Node;

/**
 * A directory whose names never change. Not thread-safe while nodes are added; immutable
 * afterwards.
 */
public final class StaticDirectory implements Directory {
  private static final char QUERY = '?';

  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Map<String, Function<String, Node>> queried = new HashMap<>();

  /** Adds a node. */
  public StaticDirectory with(String name, Node node) {
    nodes.put(name, node);
    return this;
  }

  /**
   * Adds a node, and with it every {@code NAME?QUERY}. Those are not listed.
   *
   * @param refused the refusals of names in this directory
   * @param byQuery makes the node of a query; it throws an {@code FsException} if the query is
   *     wrong
   */
  public StaticDirectory withQueries(
      String name, Node node, Refusals.In refused, Function<String, Node> byQuery) {
    queried.put(
        name,
        query -> {
          try {
            return byQuery.apply(query);
          } catch (FsException e) {
            throw refused.of(name + QUERY + query, e);
          }
        });
    return with(name, node);
  }

  /**
   * Adds {@code bulk}, and with it every {@code bulk?QUERY}.
   *
   * @param refused the refusals of names in this directory
   */
  public StaticDirectory withBulk(BulkNode.Content content, Refusals.In refused) {
    queried.put(BulkNode.NAME, query -> BulkNode.filtered(content, refused, query));
    return with(BulkNode.NAME, new BulkNode(content, refused));
  }

  @Override
  public Node lookup(String name, Caller caller) {
    Node node = nodes.get(name);
    int mark = name.indexOf(QUERY);
    if (node == null && mark >= 0) {
      Function<String, Node> byQuery = queried.get(name.substring(0, mark));
      node = byQuery == null ? null : byQuery.apply(name.substring(mark + 1));
    }
    if (node == null) {
      throw new FsException(Errno.ENOENT, name);
    }
    return node;
  }

  @Override
  public boolean lasts(String name) {
    return true;
  }

  @Override
  public List<Entry> list(Caller caller) {
    return nodes.entrySet().stream()
        .map(entry -> new Entry(entry.getKey(), entry.getValue().kind()))
        .toList();
  }
}
