package kifs.notifier;

/**
 * The notifier has no capacity for another waiter: in all, for one user, or for what it must keep;
 * or it is closed.
 */
public final class TooManyWaitersException extends Exception {
  private static final long serialVersionUID = 1L;

  TooManyWaitersException(String message) {
    super(message);
  }
}
