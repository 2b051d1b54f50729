package kifs.kernel.source;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Asked between entities of a long pass: whether nobody waits for its result any more. */
@FunctionalInterface
public interface Cancellation {
  Cancellation NEVER = () -> false;

  /** How often {@link #acquire} asks while it waits. */
  long CHECK_MS = 50;

  boolean isCancelled();

  /** Ends the pass if it was cancelled. */
  default void check() {
    if (isCancelled()) {
      throw new CancelledException();
    }
  }

  /**
   * Waits for a permit, and ends the pass if it is cancelled meanwhile. An interrupt of the thread
   * ends nothing and is kept: whoever interrupts says here whether it is meant for the pass.
   */
  default void acquire(Semaphore turn) {
    boolean interrupted = false;
    boolean acquired = false;
    try {
      while (!acquired) {
        check();
        try {
          acquired = turn.tryAcquire(CHECK_MS, TimeUnit.MILLISECONDS);
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

  /** The pass was ended because nobody waits for it. */
  final class CancelledException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CancelledException() {
      super("cancelled", null, false, false);
    }
  }
}
