package kifs.notifier.pace;

import kifs.kernel.clock.KernelClock;

/**
 * Keeps work that is done again and again to a tenth of one processor: where a piece of it took c,
 * the next one begins no sooner than 10 c later. Time in which others had the processor isn't
 * counted: on a busy host waiters would be told later still. Guarded by whoever owns it.
 */
public final class TimeBudget {
  private static final long SHARE = 10;

  private final KernelClock clock;
  private long beganNs;
  private long usedBeforeNs;
  private long usedNs;
  private long waitedNs;

  public TimeBudget(KernelClock clock) {
    this.clock = clock;
  }

  /** A piece of work begins, in the calling thread. */
  public void begin() {
    beganNs = clock.boottimeNs();
    usedBeforeNs = clock.processorTimeNs();
  }

  /** It has ended, in the same thread. */
  public void end() {
    usedNs = clock.processorTimeNs() - usedBeforeNs;
    waitedNs = clock.boottimeNs() - beganNs - usedNs;
  }

  /** Boot time at which the last one began; 0: there was none. */
  public long beganNs() {
    return beganNs;
  }

  /** Processor time that it used, ns. */
  public long usedNs() {
    return usedNs;
  }

  /** Time that went by meanwhile without the processor being ours, ns. */
  public long waitedNs() {
    return waitedNs;
  }

  /** Boot time before which the next one must not begin. */
  public long notBeforeNs() {
    return beganNs + SHARE * usedNs;
  }
}
