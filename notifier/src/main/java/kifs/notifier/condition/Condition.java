package kifs.notifier.condition;

import kifs.notifier.metric.Metric;
import kifs.notifier.metric.Unit;
import kifs.notifier.metric.Wanted;

/**
 * What is waited for, whoever waits and of whichever entity. Immutable; equal conditions on equal
 * scopes are evaluated once.
 *
 * @param threshold in the metric's unit, or in percent of its limit; a state's letter; unused by
 *     events; 0 for {@code changes/any}
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
    long forNs)
    implements Wanted {

  static final long DEFAULT_OVER_NS = 1_000_000_000L;

  /** Whether it is about a change from what is the case when its waiter comes. */
  public boolean dependsOnOpening() {
    return !countsPresent() && !isOfEvent();
  }

  /** Whether what is so at the opening counts. */
  public boolean countsPresent() {
    return predicate.countsPresent() || isOfState();
  }

  /** Whether something is waited for that happens, and isn't read. */
  public boolean isOfEvent() {
    return metric.nature() == Metric.Nature.EVENT;
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

  /** Whether it is told as soon as a level is exceeded, and of nothing else. */
  public boolean isAtOnceAbove() {
    return predicate.isUpward() && forNs == 0;
  }

  public boolean isBeyond(double value) {
    if (isOfState()) {
      return value == threshold;
    }
    return predicate.isUpward() ? value > threshold : value < threshold;
  }

  /** Whether an excursion that was reported has ended. */
  public boolean isCleared(double value) {
    if (isOfState()) {
      return value != threshold;
    }
    return predicate.isUpward() ? value <= clear : value >= clear;
  }

  /** The unit that event lines name. */
  public String unit() {
    return ofLimit ? Unit.PERCENT.symbol() : metric.unit().symbol();
  }
}
