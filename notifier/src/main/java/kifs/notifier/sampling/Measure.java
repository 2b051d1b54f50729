package kifs.notifier.sampling;

import kifs.notifier.condition.Predicate;
import kifs.notifier.metric.Metric;

/**
 * What one sample measured of one figure of one entity, or of several entities added up. Mutable
 * and reused, so that samples of thousands of entities make no garbage. Not thread-safe.
 *
 * <p>A value that is not known, or that the metric does not have, is {@link #UNKNOWN}.
 */
final class Measure {
  /** The unknown value. Compare with {@link Double#isNaN}. */
  static final double UNKNOWN = Double.NaN;

  /** A sum doesn't become larger, as in a TOTAL record: 2^64-1, rounded to a double. */
  private static final double MAX_SUM = 0x1p64;

  private double value = UNKNOWN;
  private double atLeast = UNKNOWN;
  private double atMost = UNKNOWN;
  private boolean complete = true;
  private double recent = UNKNOWN;
  private double peak = UNKNOWN;
  private double waitStartNs = UNKNOWN;
  private double amount = UNKNOWN;
  private double limit = UNKNOWN;

  /** Sets all values to unknown. */
  void clear() {
    setGauge(UNKNOWN);
    recent = UNKNOWN;
    peak = UNKNOWN;
    waitStartNs = UNKNOWN;
    amount = UNKNOWN;
    limit = UNKNOWN;
  }

  /** Sets a value that is known exactly. */
  void setGauge(double read) {
    setRate(read, read, read, true);
  }

  /**
   * Sets a rate that is known within bounds.
   *
   * @param rate the most likely value
   * @param least what {@code above} and {@code rises} compare with; the value is hardly less
   * @param most what {@code below} and {@code falls} compare with; the value is hardly more
   * @param isComplete false if the window isn't full yet; then the rate is a lower bound, or
   *     unknown
   */
  void setRate(double rate, double least, double most, boolean isComplete) {
    value = rate;
    atLeast = least;
    atMost = most;
    complete = isComplete;
  }

  /** Sets the rate since the last sample. */
  void setRecent(double rate) {
    recent = rate;
  }

  /** Sets the highest value since the entity began, as the kernel's high-water mark has it. */
  void setPeak(double highest) {
    peak = highest;
  }

  /** Sets when the present wait began, boot time in ns. */
  void setWaitStart(double boottimeNs) {
    waitStartNs = boottimeNs;
  }

  /** The gauge, or the most likely rate. */
  double value() {
    return value;
  }

  /** Whether the window of a rate was full; always true for a gauge. */
  boolean isComplete() {
    return complete;
  }

  /** The rate since the last sample. */
  double recent() {
    return recent;
  }

  /** The kernel's high-water mark of the gauge. */
  double peak() {
    return peak;
  }

  /** Boot time at which the present wait began, ns. */
  double waitStartNs() {
    return waitStartNs;
  }

  /** What a value in percent is in the metric's own unit; unknown if it isn't a percentage. */
  double amount() {
    return amount;
  }

  /** What 100 % is in the metric's own unit; infinite: there is no limit. */
  double limit() {
    return limit;
  }

  boolean isKnown() {
    return !Double.isNaN(value);
  }

  /**
   * The value to compare with a threshold: for a level the one that exceeds the threshold only if
   * the true value does, otherwise the most likely one.
   */
  double comparedBy(Predicate predicate) {
    if (!predicate.isLevel()) {
      return value;
    }
    return predicate.isUpward() ? atLeast : atMost;
  }

  /** Begins a sum. */
  void zero() {
    clear();
    setGauge(0);
  }

  /**
   * Adds a measure. An entity that lacks the metric adds nothing; if a rate isn't known yet, the
   * sum isn't known either.
   */
  void add(Measure other) {
    if (!other.isKnown() && other.complete) {
      return;
    }
    value = Math.min(value + other.value, MAX_SUM);
    atLeast = Math.min(atLeast + other.atLeast, MAX_SUM);
    atMost = Math.min(atMost + other.atMost, MAX_SUM);
    complete &= other.complete;
    if (!Double.isNaN(other.limit)) {
      // Only the host's limits are shared by all entities of a sum, so they all have the same.
      amount = (Double.isNaN(amount) ? 0 : amount) + other.amount;
      limit = other.limit;
    }
    if (!Double.isNaN(other.recent)) {
      // An entity that is seen for the first time has no recent rate. The sum's is unknown only if
      // no entity has one.
      recent = (Double.isNaN(recent) ? 0 : recent) + other.recent;
    }
  }

  /** Converts a rate from a counter's growth a second to the metric's unit. */
  void convertToUnitOf(Metric metric) {
    value = metric.rate(value);
    atLeast = metric.rate(atLeast);
    atMost = metric.rate(atMost);
    recent = metric.rate(recent);
  }

  /**
   * Converts a gauge to a percentage of a limit.
   *
   * @param whole what 100 % is; infinite: there is no limit
   */
  void convertToPercentOf(double whole) {
    amount = value;
    limit = whole;
    value = 100 * value / limit;
    atLeast = value;
    // Without a limit there is no percentage, so nothing may exceed a lower threshold
    // either.
    atMost = Double.isInfinite(limit) ? limit : value;
    peak = 100 * peak / limit;
  }

  void copy(Measure other) {
    value = other.value;
    atLeast = other.atLeast;
    atMost = other.atMost;
    complete = other.complete;
    recent = other.recent;
    peak = other.peak;
    waitStartNs = other.waitStartNs;
    amount = other.amount;
    limit = other.limit;
  }

  /**
   * Whether both have the same values. If so, only the passing of time ({@code for=}) can make a
   * condition fire now that did not fire for the other.
   */
  boolean isSameAs(Measure other) {
    return same(atLeast, other.atLeast)
        && same(atMost, other.atMost)
        && same(value, other.value)
        && complete == other.complete
        && same(peak, other.peak)
        && same(waitStartNs, other.waitStartNs);
  }

  private static boolean same(double a, double b) {
    return Double.doubleToRawLongBits(a) == Double.doubleToRawLongBits(b);
  }
}
