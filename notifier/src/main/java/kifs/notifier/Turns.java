package kifs.notifier;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import kifs.kernel.source.KernelClock;

/**
 * The thread that takes a notifier's turns when they are due. It lives only while there is
 * something to wait for. Thread-safe.
 */
final class Turns {
  private static final long IDLE = Long.MAX_VALUE;

  private final KernelClock clock;
  private final LongSupplier turn;
  private final BooleanSupplier idle;
  private Thread thread;
  private boolean nudged;

  /**
   * @param turn takes one, and tells when the next is due
   * @param idle whether nothing is left that turns would be taken for
   */
  Turns(KernelClock clock, LongSupplier turn, BooleanSupplier idle) {
    this.clock = clock;
    this.turn = turn;
    this.idle = idle;
  }

  /** Makes the next turn come at once, and starts the thread that takes it. */
  synchronized void nudge() {
    nudged = true;
    if (thread == null) {
      thread = new Thread(this::run, "kifs-notifier");
      thread.setDaemon(true);
      thread.start();
    }
    notifyAll();
  }

  private void run() {
    while (true) {
      synchronized (this) {
        nudged = false;
      }
      long due = turn.getAsLong();
      boolean done = idle.getAsBoolean();
      synchronized (this) {
        // Who came since has nudged.
        if (!nudged && done) {
          thread = null;
          return;
        }
        await(due);
      }
    }
  }

  /** Under the lock. */
  private void await(long due) {
    try {
      while (!nudged) {
        long left = due == IDLE ? 0 : due - clock.boottimeNs();
        if (due != IDLE && left <= 0) {
          return;
        }
        if (due == IDLE) {
          wait();
        } else {
          wait(left / 1_000_000, (int) (left % 1_000_000));
        }
      }
    } catch (InterruptedException e) {
      // Nobody interrupts this thread; were it so, the next turn just comes early.
    }
  }
}
