package kifs.notifier;

/**
 * What one look found of one metric of one entity, or of several added up. Mutable, so that looks
 * at thousands make no garbage.
 */
final class Measure {
  /** The gauge; NaN: it can't be had. Of a rate as it most likely is. */
  double value = Double.NaN;

  /** As it is told to whoever waits for it to be high, or to be low. */
  double atLeast;

  double atMost;

  /** False if a rate's window isn't full yet: then the value is a lower bound, or not known. */
  boolean whole = true;

  /** The rate since the last look; NaN unless it is a rate that was seen before. */
  double recent = Double.NaN;

  /** The highest that it has been; NaN: not remembered. */
  double peak = Double.NaN;

  /** When the present block began, boot time; NaN: there is no such thing. */
  double episode = Double.NaN;

  void clear() {
    gauge(Double.NaN);
    recent = Double.NaN;
    peak = Double.NaN;
    episode = Double.NaN;
  }

  void gauge(double read) {
    value = read;
    atLeast = read;
    atMost = read;
    whole = true;
  }

  /** As far as it is sure enough to be beyond a level, or else as it most likely is. */
  double to(Predicate predicate) {
    if (!predicate.isLevel()) {
      return value;
    }
    return predicate.isUpward() ? atLeast : atMost;
  }

  boolean isThere() {
    return !Double.isNaN(value);
  }

  /** Begins a sum. */
  void zero() {
    clear();
    gauge(0);
  }

  /**
   * Adds a measure. What can't be had of an entity adds nothing; of what isn't known yet, the sum
   * isn't known either.
   */
  void add(Measure other) {
    if (!other.isThere() && other.whole) {
      return;
    }
    value += other.value;
    atLeast += other.atLeast;
    atMost += other.atMost;
    whole &= other.whole;
    if (!Double.isNaN(other.recent)) {
      // Who is seen for the first time has none; only if nobody has one is it unknown.
      recent = (Double.isNaN(recent) ? 0 : recent) + other.recent;
    }
  }

  /** From a counter's growth a second to the metric's unit. */
  void divide(Metric metric) {
    value = metric.rate(value);
    atLeast = metric.rate(atLeast);
    atMost = metric.rate(atMost);
    recent = metric.rate(recent);
  }

  /** Makes percentages of a limit. */
  void divide(double limit) {
    value = 100 * value / limit;
    atLeast = value;
    // Of no limit nothing is a share: not even a small one that would lie below something.
    atMost = Double.isInfinite(limit) ? limit : value;
    peak = 100 * peak / limit;
  }

  void copy(Measure other) {
    value = other.value;
    atLeast = other.atLeast;
    atMost = other.atMost;
    whole = other.whole;
    recent = other.recent;
    peak = other.peak;
    episode = other.episode;
  }

  /**
   * Whether nobody who was told of the other need be told of this, but for the time that passed.
   */
  boolean isSameAs(Measure other) {
    return same(atLeast, other.atLeast)
        && same(atMost, other.atMost)
        && same(value, other.value)
        && whole == other.whole
        && same(peak, other.peak)
        && same(episode, other.episode);
  }

  private static boolean same(double a, double b) {
    return Double.doubleToRawLongBits(a) == Double.doubleToRawLongBits(b);
  }
}
