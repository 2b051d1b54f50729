package kifs.fs.tree;

import org.jspecify.annotations.Nullable;

/**
 * An operation ended in an error, which the client gets as an errno. This is an ordinary outcome,
 * so the exception has no stack trace.
 */
public final class FsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Errno errno;

  public FsException(Errno errno, @Nullable String message) {
    super(errno + ": " + message, null, false, false);
    this.errno = errno;
  }

  public Errno errno() {
    return errno;
  }
}
