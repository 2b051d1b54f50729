package kifs.fs.node.entity;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kifs.fs.node.bulk.BulkNode;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Node;
import org.jspecify.annotations.Nullable;

/**
 * A directory whose names never change. Not thread-safe while nodes are added; immutable
 * afterwards.
 */
public final class StaticDirectory implements Directory {
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private BulkNode.@Nullable Content bulk;

  /** Adds a node. */
  public StaticDirectory with(String name, Node node) {
    nodes.put(name, node);
    return this;
  }

  /** Adds {@code bulk}, and with it every {@code bulk?QUERY}. */
  public StaticDirectory withBulk(BulkNode.Content content) {
    bulk = content;
    return with(BulkNode.NAME, new BulkNode(content));
  }

  @Override
  public Node lookup(String name, Caller caller) {
    Node node = nodes.get(name);
    BulkNode.Content content = bulk;
    if (node == null && content != null) {
      node = BulkNode.lookup(name, () -> content);
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
