package kifs.fs.tree;

/**
 * Something that a path names. Nodes are cheap and hold no resources: a transport may look one up
 * for every request. Thread-safe.
 */
public sealed interface Node permits Directory, FileNode, Link {
  Kind kind();

  /** Permission bits. */
  int permissions();

  /**
   * Bytes, for what never changes: compilers and the like read no more than that. 0: not known
   * before it's read, as in /proc.
   */
  default long size() {
    return 0;
  }

  /** Who owns it. {@link Owner#ROOT} itself, not its equal: that never changes. */
  default Owner owner() {
    return Owner.ROOT;
  }

  /** User and group id. */
  record Owner(long uid, long gid) {
    public static final Owner ROOT = new Owner(0, 0);
  }
}
