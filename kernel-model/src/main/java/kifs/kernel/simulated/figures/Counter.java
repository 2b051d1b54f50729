package kifs.kernel.simulated.figures;

/**
 * A figure that grows at a rate. Its value is a whole number at every moment. It stays exact over
 * any number of changes of the rate, because the fraction is carried over. Guarded by the kernel's
 * lock.
 */
public final class Counter {
  private static final long SECOND_NS = 1_000_000_000;

  private long value;
  private long billionths;
  private long perSecond;
  private long sinceNs;

  public Counter(long nowNs) {
    sinceNs = nowNs;
  }

  /** Refuses a negative value, which no figure can have. */
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

  public void add(long nowNs, long amount) {
    settle(nowNs);
    value += amount;
  }

  /** Jumps to a value and goes on from there at the same rate. */
  public void set(long nowNs, long newValue) {
    value = newValue;
    billionths = 0;
    sinceNs = nowNs;
  }

  private void settle(long nowNs) {
    long settled = at(nowNs);
    billionths = fraction(nowNs) % SECOND_NS;
    value = settled;
    sinceNs = nowNs;
  }

  // At gigabytes a second, rate × time would overflow within minutes. So the rate is split into
  // whole
  // units a nanosecond and a remainder, and the remainder's time into whole seconds and
  // nanoseconds.

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
