package kifs.fs.tree;

/** The root, and the way from a path to its node. */
public final class Tree {
  private static final int LONGEST_NAME = 1024;

  private final Directory root;

  public Tree(Directory root) {
    this.root = root;
  }

  /**
   * @param path absolute, from the mountpoint
   */
  public Node resolve(String path) {
    Node node = root;
    int at = 1;
    while (at < path.length()) {
      int slash = path.indexOf('/', at);
      int end = slash < 0 ? path.length() : slash;
      if (!(node instanceof Directory directory)) {
        throw new FsException(Errno.ENOTDIR, path);
      }
      if (end - at > LONGEST_NAME) {
        throw new FsException(Errno.ENAMETOOLONG, "a name of " + (end - at) + " characters");
      }
      node = directory.lookup(path.substring(at, end));
      at = end + 1;
    }
    return node;
  }
}
