package kifs.notifier.condition;

/** The entity has no metric of that name, or the metric no predicate of that name. */
public final class UnknownNameException extends Exception {
  private static final long serialVersionUID = 1L;

  UnknownNameException(String message) {
    super(message);
  }
}
