package kifs.kernel.query;

/** A bulk query that can't be parsed. The message says what is wrong with it. */
public final class BadQueryException extends Exception {
  private static final long serialVersionUID = 1L;

  BadQueryException(String message) {
    super(message);
  }
}
