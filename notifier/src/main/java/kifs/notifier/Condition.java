package kifs.notifier;

/**
 * What is waited for, whoever waits and of whichever entity. Immutable; equal conditions on equal
 * scopes are evaluated once.
 *
 * @param threshold in the metric's unit, or in percent of its limit; unused by events; 0 for {@code
 *     changes/any}
 * @param ofLimit whether threshold and clear are percentages of the metric's limit
 * @param clear where an excursion ends; the threshold itself unless hysteresis was asked for
 * @param overNs averaging window of rates
 * @param forNs how long it must hold without a break
 */
public record Condition(
    Metric metric,
    Predicate predicate,
    double threshold,
    boolean ofLimit,
    double clear,
    long overNs,
    long forNs) {

  static final long DEFAULT_OVER_NS = 1_000_000_000L;

  /** Whether it is about a change from what is the case when its waiter comes. */
  public boolean dependsOnOpening() {
    return predicate != Predicate.OCCURS && !predicate.countsPresent();
  }

  boolean isBeyond(double value) {
    return predicate.isUpward() ? value > threshold : value < threshold;
  }

  /** Whether an excursion that was reported has ended. */
  boolean isCleared(double value) {
    return predicate.isUpward() ? value <= clear : value >= clear;
  }

  boolean hasHysteresis() {
    return clear != threshold;
  }

  /** The unit that event lines name. */
  String unit() {
    return ofLimit ? Unit.PERCENT.symbol() : metric.unit().symbol();
  }
}
