package kifs.notifier.pace;

import kifs.kernel.clock.KernelClock;

/**
 * Limits recurring work to a share of one CPU, by default a tenth: if a piece of work took the CPU
 * time c, the next piece begins at least 10 c after that one began. Only the thread's own CPU time
 * counts. If the time that the thread waited for a CPU counted too, waiters would get their events
 * even later on a busy host. Not thread-safe; guarded by the lock of the owner.
 */
public final class TimeBudget {
  private static final long DEFAULT_SHARE = 10;

  private final KernelClock clock;
  private final long share;
  private long beganNs;
  private long usedBeforeNs;
  private long usedNs;
  private long waitedNs;

  public TimeBudget(KernelClock clock) {
    this(clock, DEFAULT_SHARE);
  }

  /**
   * @param share the work may take one of so many parts of a CPU
   */
  public TimeBudget(KernelClock clock, long share) {
    this.clock = clock;
    this.share = share;
  }

  /** Notes that a piece of work begins, in the calling thread. */
  public void begin() {
    beganNs = clock.boottimeNs();
    usedBeforeNs = clock.cpuTimeNs();
  }

  /** Notes that the piece of work has ended, in the same thread. */
  public void end() {
    usedNs = clock.cpuTimeNs() - usedBeforeNs;
    waitedNs = clock.boottimeNs() - beganNs - usedNs;
  }

  /** Boot time at which the last piece of work began; 0: there was none. */
  public long beganNs() {
    return beganNs;
  }

  /** CPU time that the last piece of work used, ns. */
  public long usedNs() {
    return usedNs;
  }

  /** Time during the last piece of work in which the thread had no CPU, ns. */
  public long waitedNs() {
    return waitedNs;
  }

  /** Boot time before which the next piece of work must not begin. */
  public long notBeforeNs() {
    return beganNs + share * usedNs;
  }
}
