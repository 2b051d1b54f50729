package kifs.kernel.bulk;

/** Bytes that are no bulk or no recording. The message says what is wrong, and at which byte. */
public final class BulkFormatException extends Exception {
  private static final long serialVersionUID = 1L;

  private final long at;
  private final String problem;

  /**
   * @param at where the error is, in bytes from the start
   */
  public BulkFormatException(long at, String problem) {
    super("byte " + at + ": " + problem);
    this.at = at;
    this.problem = problem;
  }

  /**
   * The same error with its place in a file.
   *
   * @param start where the bulk begins in the file
   */
  public BulkFormatException inFile(long start) {
    return new BulkFormatException(start + at, problem);
  }

  /** Where the error is, in bytes from the start of the bulk, or of the file. */
  public long at() {
    return at;
  }
}
