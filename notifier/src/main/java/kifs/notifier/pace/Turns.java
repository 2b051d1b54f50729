package kifs.notifier.pace;

import java.util.function.LongSupplier;
import kifs.kernel.clock.KernelClock;
import kifs.kernel.source.NoDescriptorsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that runs the notifier's turns when they are due. It lives as long as the notifier,
 * and sleeps while no turn is due. If the thread began with the first waiter and ended with the
 * last, a client that waits alone would pay for a new thread each time, at the moment of its event.
 *
 * <p>Thread-safe. The mutable fields are guarded by {@code this}, except {@code hasFailed}, which
 * only the thread itself uses. A turn runs without this lock; the notifier's lock may be held when
 * {@link #wake} acquires it.
 */
public final class Turns {
  private static final Logger LOG = LoggerFactory.getLogger(Turns.class);
  private static final long IDLE_NS = Long.MAX_VALUE;
  private static final long AFTER_FAILURE_NS = 1_000_000_000L;

  /**
   * How long {@link #end} waits for the present turn, so that a kernel that hangs can't hang it.
   */
  private static final long MAX_TURN_MS = 5_000;

  private final KernelClock clock;
  private final LongSupplier turn;
  private final Thread thread;
  private boolean isWoken;
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
   * Starts the thread.
   *
   * @param turn runs one turn, and returns the boot time at which the next one is due; {@link
   *     Long#MAX_VALUE}: never
   */
  public static Turns start(KernelClock clock, LongSupplier turn) {
    Turns turns = new Turns(clock, turn);
    turns.thread.start();
    return turns;
  }

  /**
   * Makes the next turn begin at once, or after the present one. Returns without waiting for it.
   */
  public synchronized void wake() {
    isWoken = true;
    notifyAll();
  }

  /**
   * Ends the thread. Waits up to 5 s for the present turn, unless that turn is the caller.
   * Idempotent.
   */
  public void end() {
    synchronized (this) {
      ended = true;
      notifyAll();
    }
    try {
      if (thread != Thread.currentThread()) {
        thread.join(MAX_TURN_MS);
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
    while (awaitTurn(dueNs)) {
      dueNs = runTurn();
    }
  }

  /** Sleeps until a turn is due or the loop is woken; false: the thread must end. */
  private synchronized boolean awaitTurn(long dueNs) {
    await(dueNs);
    isWoken = false;
    return !ended;
  }

  /**
   * Runs one turn, and returns when the next is due. If a turn fails, the next one begins after a
   * pause: otherwise all clients would wait for ever.
   */
  private long runTurn() {
    try {
      return turn.getAsLong();
    } catch (Throwable e) {
      // OutOfMemoryError too: a lack of memory passes, and the waiters must get their events then.
      report(e);
      pause();
      return clock.boottimeNs();
    }
  }

  private void report(Throwable e) {
    // A shortage of descriptors is logged and counted where it is found.
    if (hasFailed || e instanceof NoDescriptorsException) {
      return;
    }
    hasFailed = true;
    try {
      LOG.error(
          "A turn failed; waiters are served again in a second. Later failures aren't logged", e);
    } catch (Throwable notLogged) {
      // There is no memory for the log message. The next failure is logged instead.
      hasFailed = false;
    }
  }

  private synchronized void pause() {
    long untilNs = clock.boottimeNs() + AFTER_FAILURE_NS;
    while (!ended && clock.boottimeNs() < untilNs) {
      isWoken = false;
      await(untilNs);
    }
  }

  /** Sleeps until a boot time, or until the loop is woken or ended. Guarded by: {@code this}. */
  private void await(long dueNs) {
    try {
      while (!isWoken && !ended) {
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
      // kifs never interrupts this thread. If other code did, the next turn would come early.
    }
  }
}
