package kifs.kernel.simulated.figures;

/**
 * A figure that grows at a rate. Its value is an integer at every moment. The value stays exact
 * over any number of changes of the rate, because each change carries the fraction over. Guarded by
 * the kernel's lock.
 */
public final class Counter {
  private static final long SECOND_NS = 1_000_000_000;

  private long value;

  /** The fraction at {@link #sinceNs}, in billionths. */
  private long billionths;

  private long perSecond;
  private long sinceNs;

  public Counter(long nowNs) {
    sinceNs = nowNs;
  }

  /** Returns a value; refuses a negative one by {@link SimulationException}. */
  public static long requireNotNegative(long value) {
    if (value < 0) {
      throw new SimulationException("negative: " + value);
    }
    return value;
  }

  public Counter copy() {
    Counter copy = new Counter(sinceNs);
    copy.value = value;
    copy.billionths = billionths;
    copy.perSecond = perSecond;
    return copy;
  }

  /** The value at that boot time, which must not be before the last change. */
  public long at(long nowNs) {
    return value + wholeRate() * (nowNs - sinceNs) + seconds(nowNs) + fraction(nowNs) / SECOND_NS;
  }

  public long perSecond() {
    return perSecond;
  }

  /** Sets the rate from now on. */
  public void perSecond(long nowNs, long rate) {
    settle(nowNs);
    perSecond = rate;
  }

  /** Adds an amount at once. */
  public void add(long nowNs, long amount) {
    settle(nowNs);
    value += amount;
  }

  /** Sets the value, which grows from there at the same rate. */
  public void set(long nowNs, long newValue) {
    value = newValue;
    billionths = 0;
    sinceNs = nowNs;
  }

  /** Makes a moment the one that the fields describe, so that the rate can change. */
  private void settle(long nowNs) {
    long settled = at(nowNs);
    billionths = fraction(nowNs) % SECOND_NS;
    value = settled;
    sinceNs = nowNs;
  }

  // At gigabytes per second, rate × time would overflow within seconds. So the rate is split into
  // integer units per nanosecond and a rest, and the time of the rest into seconds and nanoseconds.

  private long wholeRate() {
    return Math.floorDiv(perSecond, SECOND_NS);
  }

  private long restRate() {
    return Math.floorMod(perSecond, SECOND_NS);
  }

  private long seconds(long nowNs) {
    return restRate() * ((nowNs - sinceNs) / SECOND_NS);
  }

  private long fraction(long nowNs) {
    return restRate() * ((nowNs - sinceNs) % SECOND_NS) + billionths;
  }
}
