package kifs.fs.transport.jnrfuse;

import java.util.concurrent.ConcurrentHashMap;
import kifs.fs.tree.Node;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of open files and directories by path. libfuse asks by path even about what is open.
 * Thread-safe.
 */
final class OpenNodes {
  /** A node with the number of its open files or directories. */
  private record Counted(Node node, int opened) {}

  private final ConcurrentHashMap<String, Counted> nodes = new ConcurrentHashMap<>();

  /** Remembers the node of a path while it is open. Each call needs a {@link #letGo}. */
  void hold(String path, Node node) {
    nodes.merge(path, new Counted(node, 1), (a, b) -> new Counted(a.node(), a.opened() + 1));
  }

  /** Ends one {@link #hold}. */
  void letGo(String path) {
    nodes.computeIfPresent(
        path, (key, c) -> c.opened() == 1 ? null : new Counted(c.node(), c.opened() - 1));
  }

  /** The node of a path that is open; null if the path isn't open. */
  @Nullable Node of(String path) {
    Counted counted = nodes.get(path);
    return counted == null ? null : counted.node();
  }
}
