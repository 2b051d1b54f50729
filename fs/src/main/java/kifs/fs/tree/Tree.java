package kifs.fs.tree;

/** Finds nodes by their paths, beginning at the root. Thread-safe. */
public final class Tree {
  /** The longest name, in characters and in bytes. The kernel has the same limit. */
  public static final int MAX_NAME_CHARS = 1024;

  private final Directory root;

  public Tree(Directory root) {
    this.root = root;
  }

  /**
   * The result of a search.
   *
   * @param lasts whether the last name of the path lasts as long as its directory
   */
  public record Found(Node node, boolean lasts) {}

  /**
   * Finds the node of a path.
   *
   * @param path absolute, from the mountpoint
   * @throws FsException ENOENT, ENOTDIR, ENAMETOOLONG, EACCES or EPERM if the caller may not enter
   *     a directory, or EINVAL if a name can't be understood
   */
  public Node resolve(String path, Caller caller) {
    return find(path, caller).node();
  }

  /** Finds the node of a path as {@link #resolve} does, and whether its name lasts. */
  public Found find(String path, Caller caller) {
    Node node = root;
    boolean lasts = true;
    int at = 1;
    while (at < path.length()) {
      int slash = path.indexOf('/', at);
      int end = slash < 0 ? path.length() : slash;
      if (!(node instanceof Directory directory)) {
        throw new FsException(Errno.ENOTDIR, path);
      }
      Found found = find(directory, path.substring(at, end), caller);
      node = found.node();
      lasts = found.lasts();
      at = end + 1;
    }
    return new Found(node, lasts);
  }

  /** Finds the node of a name in a directory, as {@link #find(String, Caller)} does for a path. */
  public static Found find(Directory directory, String name, Caller caller) {
    if (name.length() > MAX_NAME_CHARS) {
      throw new FsException(Errno.ENAMETOOLONG, "a name of " + name.length() + " characters");
    }
    return new Found(directory.lookup(name, caller), directory.lasts(name));
  }

  public Directory root() {
    return root;
  }
}
