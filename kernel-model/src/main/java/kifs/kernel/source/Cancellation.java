package kifs.kernel.source;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A long pass asks its cancellation between two entities whether any client still waits for the
 * result. Implementations must be thread-safe.
 */
@FunctionalInterface
public interface Cancellation {
  Cancellation NEVER = () -> false;

  /** How often {@link #acquire} asks while it waits, ms. */
  long CHECK_MS = 50;

  boolean isCancelled();

  /**
   * Ends the pass if it was cancelled.
   *
   * @throws CancelledException if it was
   */
  default void check() {
    if (isCancelled()) {
      throw new CancelledException();
    }
  }

  /**
   * Waits for a permit, and ends the pass if it is cancelled meanwhile. An interrupt doesn't end
   * the wait; the thread's interrupt status is set again on return, because only the code that
   * interrupts knows whether the pass is meant. That code cancels the pass through this object.
   *
   * @throws CancelledException if the pass was cancelled
   */
  default void acquire(Semaphore permits) {
    boolean interrupted = false;
    boolean acquired = false;
    try {
      while (!acquired) {
        check();
        try {
          acquired = permits.tryAcquire(CHECK_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Ends a pass whose result no client waits for. It has no stack trace. */
  final class CancelledException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CancelledException() {
      super("cancelled", null, false, false);
    }
  }
}
