package kifs.notifier.condition;

import kifs.notifier.metric.Metric;
import kifs.notifier.metric.Unit;
import kifs.notifier.metric.Wanted;

/**
 * The condition that a name in {@code notify/} says, without its entity and its waiter. Immutable.
 * The notifier evaluates equal conditions on equal scopes once for all waiters.
 *
 * @param threshold in the metric's unit, or in percent of its limit; a state's letter as its ASCII
 *     code; for {@code changes} the least difference, 0 for {@code changes/any}; unused for events
 * @param ofLimit whether threshold and clear are percentages of the metric's limit
 * @param clear the value at which an excursion ends; the threshold itself if there is no hysteresis
 * @param overNs the window that a rate is averaged over, ns; 0 for other metrics
 * @param forNs how long the value must exceed the threshold without a break, ns
 */
public record Condition(
    Metric metric,
    Predicate predicate,
    double threshold,
    boolean ofLimit,
    double clear,
    long overNs,
    long forNs)
    implements Wanted {

  static final long DEFAULT_OVER_NS = 1_000_000_000L;

  /**
   * Whether the condition compares with the value at the opening, so that its events depend on when
   * its waiter came.
   */
  public boolean dependsOnOpening() {
    return !countsPresent() && !isOfEvent();
  }

  /** Whether an excursion or a state that is under way at the opening is reported. */
  public boolean countsPresent() {
    return predicate.countsPresent() || isOfState();
  }

  /** Whether the metric is an event, which happens and can't be sampled. */
  public boolean isOfEvent() {
    return metric.nature() == Metric.Nature.EVENT;
  }

  /**
   * Whether an event says that an entity exceeds the threshold, or is in the state that is waited
   * for. A later event of the same entity then says all that an earlier one said.
   */
  public boolean isOfExcursion() {
    return predicate.isLevel() || isOfState();
  }

  private boolean isOfState() {
    return predicate == Predicate.OCCURS && metric.nature() == Metric.Nature.STATE;
  }

  @Override
  public boolean isOfLevel() {
    return predicate.isLevel();
  }

  @Override
  public boolean isOfShare() {
    return predicate.isUpward() && threshold >= 0 && threshold <= 100;
  }

  /** Whether the condition fires as soon as a value is above the threshold, without {@code for}. */
  public boolean isAtOnceAbove() {
    return predicate.isUpward() && forNs == 0;
  }

  /** Whether a value exceeds the threshold, or is the state that is waited for. */
  public boolean isExceededBy(double value) {
    if (isOfState()) {
      return value == threshold;
    }
    return predicate.isUpward() ? value > threshold : value < threshold;
  }

  /** Whether a value ends an excursion that was reported. */
  public boolean isCleared(double value) {
    if (isOfState()) {
      return value != threshold;
    }
    return predicate.isUpward() ? value <= clear : value >= clear;
  }

  /** The unit of the threshold, as event lines show it. */
  public String unit() {
    return ofLimit ? Unit.PERCENT.symbol() : metric.unit().symbol();
  }
}
