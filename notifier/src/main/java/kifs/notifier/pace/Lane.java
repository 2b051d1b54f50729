package kifs.notifier.pace;

import kifs.kernel.clock.KernelClock;

/**
 * The timing and the cost of one kind of sample. Each kind has a budget of its own, so that it
 * needn't wait for a slower kind. Not thread-safe; guarded by the lock of the owner.
 */
public final class Lane {
  private final TimeBudget budget;
  private final long minTickNs;

  /** Boot time at which the present samples were due. */
  private long dueNs;

  /** Boot time at which the samples before began; 0: there were none. */
  private long lastNs;

  private long tickNs;
  private long samples;
  private long lateTicks;
  private long worstLateNs;
  private long samplingNs;

  /**
   * @param minTickNs the shortest interval between two samples, ns
   */
  public Lane(KernelClock clock, long minTickNs) {
    budget = new TimeBudget(clock);
    this.minTickNs = minTickNs;
  }

  /**
   * Notes that samples begin, in the calling thread.
   *
   * @param wasDueNs boot time at which they were due
   */
  public void begin(long wasDueNs) {
    dueNs = wasDueNs;
    budget.begin();
  }

  /** Notes that the samples have ended, in the same thread. */
  public void end() {
    budget.end();
    tickNs = lastNs == 0 ? 0 : budget.beganNs() - lastNs;
    lastNs = budget.beganNs();
    samples++;
    samplingNs += budget.usedNs();
    countLate();
  }

  /**
   * How late the samples were because of the host: their late begin plus the time that other
   * processes had the CPU while they were taken.
   */
  private void countLate() {
    long lateNs = budget.beganNs() - dueNs + budget.waitedNs();
    if (lateNs > minTickNs / 2) {
      lateTicks++;
      worstLateNs = Math.max(worstLateNs, lateNs);
    }
  }

  /** Notes that nothing is sampled at present, so the time until the next sample is not a tick. */
  public void pause() {
    lastNs = 0;
    tickNs = 0;
  }

  /** Boot time at which the last samples began; 0: there were none. */
  public long beganNs() {
    return budget.beganNs();
  }

  /** Boot time before which the next samples must not begin. */
  public long notBeforeNs() {
    return budget.notBeforeNs();
  }

  /** Time between the last two samples, ns; 0: nothing is sampled. */
  public long tickNs() {
    return tickNs;
  }

  /** The number of times that samples were taken so far. */
  public long samples() {
    return samples;
  }

  /** The number of those that the host delayed by more than half a tick. */
  public long lateTicks() {
    return lateTicks;
  }

  /** The longest such delay, ns. */
  public long worstLateNs() {
    return worstLateNs;
  }

  /** CPU time spent on samples so far, ns. */
  public long samplingNs() {
    return samplingNs;
  }
}
