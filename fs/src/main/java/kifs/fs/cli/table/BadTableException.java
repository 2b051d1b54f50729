package kifs.fs.cli.table;

/** A filter, column or order that doesn't fit the tables. The message says why. */
public final class BadTableException extends Exception {
  private static final long serialVersionUID = 1L;

  public BadTableException(String reason) {
    super(reason);
  }
}
