package kifs.kernel.procfs.guard;

/**
 * How long reads may wait, all together: 40 ms each second. A read may use half of what is left, so
 * that the first of many stuck processes doesn't use it up. Thread-safe: guarded by this.
 */
final class ReadBudget {
  private static final long CAPACITY_NS = 40_000_000;
  private static final long PERIOD_NS = 1_000_000_000;
  private static final long MAX_WAIT_NS = CAPACITY_NS / 2;

  /** A read always waits this long: most end within some ten microseconds. */
  private static final long MIN_WAIT_NS = 250_000;

  private long leftNs = CAPACITY_NS;
  private long countedNs;

  /**
   * How long a read may wait in the kernel before it is left, ns.
   *
   * @param nowNs a monotonic time, ns
   */
  synchronized long maxWait(long nowNs) {
    long passed = Math.min(nowNs - countedNs, PERIOD_NS);
    leftNs = Math.min(CAPACITY_NS, leftNs + passed * CAPACITY_NS / PERIOD_NS);
    countedNs = nowNs;
    return Math.max(MIN_WAIT_NS, Math.min(MAX_WAIT_NS, leftNs / 2));
  }

  /** Notes how long a read has waited, ns. */
  synchronized void spend(long ns) {
    leftNs = Math.max(0, leftNs - ns);
  }
}
