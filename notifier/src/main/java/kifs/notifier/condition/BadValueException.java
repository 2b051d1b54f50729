package kifs.notifier.condition;

/** A threshold or an option doesn't parse, doesn't fit the metric, or contradicts another one. */
public final class BadValueException extends Exception {
  private static final long serialVersionUID = 1L;

  BadValueException(String message) {
    super(message);
  }
}
