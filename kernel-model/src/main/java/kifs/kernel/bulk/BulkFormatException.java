package kifs.kernel.bulk;

/** Bytes that are no bulk; the message says what is wrong, and at which byte. */
public final class BulkFormatException extends Exception {
  private static final long serialVersionUID = 1L;

  private final long at;

  BulkFormatException(long at, String message) {
    super("byte " + at + ": " + message);
    this.at = at;
  }

  /** Bytes from the bulk's start. */
  public long at() {
    return at;
  }
}
