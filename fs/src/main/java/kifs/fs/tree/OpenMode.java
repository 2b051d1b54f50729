package kifs.fs.tree;

/**
 * The flags of open(2) that matter to nodes. Immutable.
 *
 * @param nonBlocking O_NONBLOCK
 * @param writing O_WRONLY or O_RDWR
 */
public record OpenMode(boolean nonBlocking, boolean writing) {
  private static final int O_ACCMODE = 3;
  private static final int O_NONBLOCK = 04000;

  /** Reads the flags. The values are equal on all architectures that kifs supports. */
  public static OpenMode of(int flags) {
    return new OpenMode((flags & O_NONBLOCK) != 0, (flags & O_ACCMODE) != 0);
  }
}
