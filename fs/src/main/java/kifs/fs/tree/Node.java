package kifs.fs.tree;

/**
 * A file, directory or link that a path names. Nodes are cheap and hold no resources, so a
 * transport may look one up for every request. Thread-safe.
 */
public sealed interface Node permits Directory, FileNode, Link {
  Kind kind();

  /** Permission bits. */
  int permissions();

  /**
   * The size in bytes of a file that never changes. Compilers and similar programs read no more
   * than this. All other nodes have size 0, as in /proc.
   */
  default long size() {
    return 0;
  }

  /**
   * The owner of the node. The instance {@link Owner#ROOT} (compared by identity) means that the
   * owner never changes.
   */
  default Owner owner() {
    return Owner.ROOT;
  }

  /**
   * Whether this node, which was found later by the same name in the same directory, is about the
   * same entity as another one.
   */
  default boolean isSameAs(Node earlier) {
    return kind() == earlier.kind();
  }

  /** User and group id. */
  record Owner(long uid, long gid) {
    public static final Owner ROOT = new Owner(0, 0);
  }
}
