package kifs.fs.tree;

/** An operation that ends in an error: an ordinary outcome, so without a stack trace. */
public final class FsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Errno errno;

  public FsException(Errno errno, String message) {
    super(errno + ": " + message, null, false, false);
    this.errno = errno;
  }

  public Errno errno() {
    return errno;
  }
}
