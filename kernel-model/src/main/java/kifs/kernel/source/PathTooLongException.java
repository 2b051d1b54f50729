package kifs.kernel.source;

/** A file has a path of more than 4,095 bytes, which the kernel doesn't show. */
public final class PathTooLongException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public PathTooLongException(String message) {
    super(message);
  }
}
