package kifs.fs.node;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Node;

/**
 * A directory of names that are known beforehand. {@code bulk} among them also answers to {@code
 * bulk?QUERY}, which is never listed.
 */
class StaticDirectory implements Directory {
  private static final String BULK = "bulk";
  private static final String CGROUP = "cgroup=";

  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Map<String, Node> unlisted = new HashMap<>();
  private final Owner owner;
  private BulkNode.Scope bulk;

  StaticDirectory() {
    this(Owner.ROOT);
  }

  StaticDirectory(Owner owner) {
    this.owner = owner;
  }

  StaticDirectory with(String name, Node node) {
    nodes.put(name, node);
    return this;
  }

  /** A name that can be opened and is not listed. */
  StaticDirectory withUnlisted(String name, Node node) {
    unlisted.put(name, node);
    return this;
  }

  boolean has(String name) {
    return nodes.containsKey(name);
  }

  StaticDirectory withBulk(BulkNode.Scope scope) {
    bulk = scope;
    return with(BULK, new BulkNode(scope, scope.unfiltered()));
  }

  @Override
  public Node lookup(String name) {
    Node node = nodes.getOrDefault(name, unlisted.get(name));
    if (node != null) {
      return node;
    }
    if (bulk != null && name.startsWith(BULK + "?")) {
      return filtered(name.substring(BULK.length() + 1));
    }
    throw new FsException(Errno.ENOENT, name);
  }

  /** A cgroup's slash ends the name: what it begins is a directory for the sake of the rest. */
  private Node filtered(String query) {
    if (query.endsWith(CGROUP)) {
      return new Directory() {
        @Override
        public Node lookup(String name) {
          return new BulkNode(bulk, bulk.parse(query + "/" + name));
        }

        @Override
        public List<Entry> list() {
          return List.of();
        }
      };
    }
    return new BulkNode(bulk, bulk.parse(query));
  }

  @Override
  public List<Entry> list() {
    return nodes.entrySet().stream()
        .map(entry -> new Entry(entry.getKey(), entry.getValue().kind()))
        .toList();
  }

  @Override
  public Owner owner() {
    return owner;
  }
}
