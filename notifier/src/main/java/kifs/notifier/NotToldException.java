package kifs.notifier;

/** The kernel or the source doesn't report what would be waited for, or not to this daemon. */
public final class NotToldException extends Exception {
  private static final long serialVersionUID = 1L;

  NotToldException(String message) {
    super(message);
  }
}
