package kifs.fs.tree;

/** The root, and the way from a path to its node. */
public final class Tree {
  private static final int LONGEST_NAME = 1024;

  private final Directory root;

  public Tree(Directory root) {
    this.root = root;
  }

  /**
   * What a path names.
   *
   * @param isKept whether its last name is there as long as the directory that it is in
   */
  public record Found(Node node, boolean isKept) {}

  /**
   * @param path absolute, from the mountpoint
   */
  public Node resolve(String path) {
    return find(path).node();
  }

  /** The same. */
  public Found find(String path) {
    Node node = root;
    boolean isKept = true;
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
      String name = path.substring(at, end);
      node = directory.lookup(name);
      isKept = directory.keeps(name);
      at = end + 1;
    }
    return new Found(node, isKept);
  }
}
