package kifs.notifier.pace;

import java.util.function.LongSupplier;
import kifs.kernel.clock.KernelClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that takes a notifier's turns when they are due. It is there from the beginning, and
 * sleeps as long as there is nothing to wait for: to begin and end with the first waiter and the
 * last would cost each single one a thread, at the moment when it is told. Thread-safe.
 */
public final class Turns {
  private static final Logger LOG = LoggerFactory.getLogger(Turns.class);
  private static final long IDLE_NS = Long.MAX_VALUE;
  private static final long AFTER_FAILURE_NS = 1_000_000_000L;

  /** What the end waits for a turn; nobody is to hang because a kernel does. */
  private static final long LONGEST_TURN_MS = 5_000;

  private final KernelClock clock;
  private final LongSupplier turn;
  private final Thread thread;
  private boolean nudged;
  private boolean hasFailed;
  private boolean ended;

  private Turns(KernelClock clock, LongSupplier turn) {
    this.clock = clock;
    this.turn = turn;
    thread = new Thread(this::run, "kifs-notifier");
    thread.setDaemon(true);
    thread.setPriority(Thread.MAX_PRIORITY);
  }

  /**
   * @param turn takes one, and tells when the next is due
   */
  public static Turns start(KernelClock clock, LongSupplier turn) {
    Turns turns = new Turns(clock, turn);
    turns.thread.start();
    return turns;
  }

  /** Makes the next turn come at once. */
  public synchronized void nudge() {
    nudged = true;
    notifyAll();
  }

  /** No more turns. Waits for the present one, unless that is what calls this. */
  public void end() {
    synchronized (this) {
      ended = true;
      notifyAll();
    }
    try {
      if (thread != Thread.currentThread()) {
        thread.join(LONGEST_TURN_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    // MAX_PRIORITY is worth five steps of nice; ask for ten, because an excursion sampled too late
    // is missed for good.
    clock.keepTime();
    long dueNs = IDLE_NS;
    while (awaits(dueNs)) {
      dueNs = take();
    }
  }

  /** Sleeps until a turn is due or wanted; whether there shall be one. */
  private synchronized boolean awaits(long dueNs) {
    await(dueNs);
    nudged = false;
    return !ended;
  }

  /** One turn. What goes wrong in it must not leave everybody waiting for ever. */
  private long take() {
    try {
      return turn.getAsLong();
    } catch (Throwable e) {
      // Also a want of memory: it passes, and who waits must be told then.
      report(e);
      pause();
      return clock.boottimeNs();
    }
  }

  private void report(Throwable e) {
    if (hasFailed) {
      return;
    }
    hasFailed = true;
    try {
      LOG.error("A turn failed; waiters are served again in a second. Told once", e);
    } catch (Throwable unspeakable) {
      // There is no memory to say it; it is said the next time.
      hasFailed = false;
    }
  }

  private synchronized void pause() {
    long untilNs = clock.boottimeNs() + AFTER_FAILURE_NS;
    while (!ended && clock.boottimeNs() < untilNs) {
      nudged = false;
      await(untilNs);
    }
  }

  /** Under the lock. */
  private void await(long dueNs) {
    try {
      while (!nudged && !ended) {
        long leftNs = dueNs == IDLE_NS ? 0 : dueNs - clock.boottimeNs();
        if (dueNs != IDLE_NS && leftNs <= 0) {
          return;
        }
        if (dueNs == IDLE_NS) {
          wait();
        } else {
          wait(leftNs / 1_000_000, (int) (leftNs % 1_000_000));
        }
      }
    } catch (InterruptedException e) {
      // Nobody interrupts this thread; were it so, the next turn just comes early.
    }
  }
}
