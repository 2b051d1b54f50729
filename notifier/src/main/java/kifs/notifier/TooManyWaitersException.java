package kifs.notifier;

/** The notifier has as many waiters as it may have, or as one user may have. */
public final class TooManyWaitersException extends Exception {
  private static final long serialVersionUID = 1L;

  TooManyWaitersException(String message) {
    super(message);
  }
}
