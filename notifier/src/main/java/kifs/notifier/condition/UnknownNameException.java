package kifs.notifier.condition;

/** No such metric, or no such predicate of it. */
public final class UnknownNameException extends Exception {
  private static final long serialVersionUID = 1L;

  UnknownNameException(String message) {
    super(message);
  }
}
