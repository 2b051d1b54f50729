package kifs.notifier;

/** This kernel or this source does not report such events, or not to this daemon. */
public final class NotReportedException extends Exception {
  private static final long serialVersionUID = 1L;

  NotReportedException(String message) {
    super(message);
  }
}
