package kifs.notifier;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import kifs.kernel.source.KernelClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that takes a notifier's turns when they are due. It lives only while there is
 * something to wait for. Thread-safe.
 */
final class Turns {
  private static final Logger LOG = LoggerFactory.getLogger(Turns.class);
  private static final long IDLE = Long.MAX_VALUE;
  private static final long AFTER_FAILURE_NS = 1_000_000_000L;

  /** What the end waits for a turn; nobody is to hang because a kernel does. */
  private static final long LONGEST_TURN_MS = 5_000;

  private final KernelClock clock;
  private final LongSupplier turn;
  private final BooleanSupplier idle;
  private Thread thread;
  private boolean nudged;
  private boolean hasFailed;
  private boolean ended;

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
    if (thread == null && !ended) {
      thread = new Thread(this::run, "kifs-notifier");
      thread.setDaemon(true);
      thread.setPriority(Thread.MAX_PRIORITY);
      thread.start();
    }
    notifyAll();
  }

  /** No more turns. Waits for the present one, unless that is what calls this. */
  void end() {
    Thread last;
    synchronized (this) {
      ended = true;
      last = thread;
      notifyAll();
    }
    try {
      if (last != null && last != Thread.currentThread()) {
        last.join(LONGEST_TURN_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (true) {
      synchronized (this) {
        nudged = false;
      }
      long due = take();
      boolean done = idle.getAsBoolean();
      synchronized (this) {
        // Who came since has nudged.
        if (ended || !nudged && done) {
          thread = null;
          return;
        }
        await(due);
      }
    }
  }

  /** One turn. What goes wrong in it must not leave everybody waiting for ever. */
  private long take() {
    try {
      return turn.getAsLong();
    } catch (RuntimeException e) {
      if (!hasFailed) {
        hasFailed = true;
        LOG.error("A turn failed; waiters are served again in a second. Told once", e);
      }
      pause();
      return clock.boottimeNs();
    }
  }

  private synchronized void pause() {
    long until = clock.boottimeNs() + AFTER_FAILURE_NS;
    while (!ended && clock.boottimeNs() < until) {
      nudged = false;
      await(until);
    }
  }

  /** Under the lock. */
  private void await(long due) {
    try {
      while (!nudged && !ended) {
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
