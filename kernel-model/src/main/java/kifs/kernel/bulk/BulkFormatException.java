package kifs.kernel.bulk;

/** Bytes that are no bulk. The message says what is wrong, and at which byte. */
public final class BulkFormatException extends Exception {
  private static final long serialVersionUID = 1L;

  private final long at;

  BulkFormatException(long at, String message) {
    super("byte " + at + ": " + message);
    this.at = at;
  }

  /** Where the error is, in bytes from the start of the bulk. */
  public long at() {
    return at;
  }
}
