package kifs.notifier.sampling;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import kifs.kernel.query.Bound;
import kifs.kernel.query.Bound.Relation;
import kifs.kernel.query.Change;
import kifs.kernel.record.Field;
import kifs.kernel.record.RecordType;
import kifs.notifier.condition.Condition;
import kifs.notifier.condition.Predicate;
import kifs.notifier.metric.Metric;
import kifs.notifier.metric.Reading;
import org.jspecify.annotations.Nullable;

/**
 * Collects what the conditions on one record type need to see, so that a pass can be filtered: for
 * each field the loosest level that any condition compares it with, and the fields whose changes a
 * condition waits for. Not thread-safe.
 */
final class Bounds {
  /** More than the relative error of scaling a field to its metric's unit and back. */
  private static final double ROUNDING = 1e-12;

  private static final double PERCENT = 100;

  /**
   * What a level is compared with.
   *
   * @param scaled whether the level was converted from another unit, so that it may be off by a
   *     rounding error
   * @param share the field whose share the level is; empty: the level is a plain value, or a share
   *     of {@code limit}
   * @param limit the host's limit whose share the level is; NONE: there is none
   */
  private record Comparison(
      Field field,
      Relation relation,
      boolean scaled,
      Optional<Reading.OwnLimit> share,
      Metric.Limit limit) {}

  private final RecordType type;

  /** Of all levels with an equal comparison, only the loosest. */
  private final Map<Comparison, Double> levels = new HashMap<>();

  private final Set<Bound> states = new HashSet<>();
  private final long lastSampleNs;
  private final boolean isOfAll;
  private long trackedFields;

  /** Boot time; earlier changes of the tracked fields have been seen. */
  private long sinceNs = Long.MAX_VALUE;

  /**
   * What a pass may be filtered by: it may omit an entity that exceeds none of the bounds and has
   * not changed.
   *
   * @param change null: changes don't matter
   */
  record Filter(Set<Bound> bounds, @Nullable Change change) {
    static final Filter NOTHING = new Filter(Set.of(), null);

    /** Whether the filter allows a pass to omit entities. */
    boolean omitsAny() {
      return change == null ? !bounds.isEmpty() : change.sinceNs() > 0;
    }
  }

  /**
   * @param lastSampleNs boot time at which the last sample began; 0: there was none
   * @param isOfAll whether the pass is about all processes. A source tracks changes only from one
   *     such pass to the next
   */
  Bounds(RecordType type, long lastSampleNs, boolean isOfAll) {
    this.isOfAll = isOfAll;
    this.type = type;
    this.lastSampleNs = lastSampleNs;
  }

  /**
   * Makes sure that a pass returns every entity that the condition needs to see. These are entities
   * that exceed the level at which an excursion ends ({@code clear=}), and entities whose peak
   * exceeds the threshold.
   *
   * @return false if no bound can express that, so that the pass must return every entity
   */
  boolean add(Reading reading, Condition condition) {
    if (!(reading.value() instanceof Reading.Plain plain)
        || !plain.fields().stream().allMatch(Bound::canBound)) {
      return false;
    }
    if (condition.metric().nature() == Metric.Nature.STATE) {
      long letter = (long) condition.threshold();
      states.add(Bound.of(type, plain.fields().get(0), Relation.EQUAL, letter));
      return condition.predicate() == Predicate.OCCURS;
    }
    if (!condition.predicate().isLevel()) {
      return false;
    }
    add(plain, reading, condition, condition.clear());
    if (condition.predicate().isUpward() && reading.peak().isPresent()) {
      add(reading.peak().get(), reading, condition, condition.threshold());
    }
    return true;
  }

  /**
   * Adds a level. If the figure is a sum of n fields, it can exceed the level only if one of them
   * exceeds an n-th of the level, so each field gets that.
   */
  private void add(Reading.Plain plain, Reading reading, Condition condition, double level) {
    boolean up = condition.predicate().isUpward();
    int parts = up ? plain.fields().size() : 1;
    double exact = level * plain.divisor() / parts / (condition.ofLimit() ? PERCENT : 1);
    for (Field field : plain.fields()) {
      Comparison comparison =
          new Comparison(
              field,
              up ? Relation.ABOVE : Relation.BELOW,
              condition.ofLimit() || plain.divisor() != 1,
              condition.ofLimit() ? reading.ownLimit() : Optional.empty(),
              condition.ofLimit() ? condition.metric().limit() : Metric.Limit.NONE);
      levels.merge(comparison, exact, up ? Math::min : Math::max);
    }
  }

  /** Whether a level is a share of this limit of the host. */
  boolean needs(Metric.Limit limit) {
    return levels.keySet().stream().anyMatch(comparison -> comparison.limit == limit);
  }

  /**
   * Makes sure that a pass returns every entity of which one of these fields has changed.
   *
   * @param fields mask of fields
   * @param changedNs boot time; earlier changes have been seen by a later sample; 0: the pass must
   *     return every entity
   * @return false if changes can't be tracked in records of this type
   */
  boolean trackChanges(long fields, long changedNs) {
    if (!isOfAll) {
      return false;
    }
    trackedFields |= fields;
    sinceNs = Math.min(sinceNs, changedNs);
    return Change.canTrack(type);
  }

  /**
   * Whether changes are tracked. If so, the tracked fields of an omitted entity have not changed.
   */
  boolean tracksChanges() {
    return trackedFields != 0;
  }

  /**
   * The filter for a pass: it never omits an entity that a condition needs to see.
   *
   * @param limits the host's limits; NaN: not provided
   * @param nowNs boot time at which the sample begins
   */
  Filter filter(ToDoubleFunction<Metric.Limit> limits, long nowNs) {
    Set<Bound> bounds = new HashSet<>(states);
    long changedSinceNs = sinceNs;
    for (Map.Entry<Comparison, Double> each : levels.entrySet()) {
      Bound bound = bound(each.getKey(), each.getValue(), limits);
      if (bound == null) {
        bounds.clear();
        changedSinceNs = 0;
        break;
      }
      bounds.add(bound);
    }
    Change change =
        tracksChanges()
            ? new Change(type, trackedFields, changedSinceNs, lastSampleNs, nowNs)
            : null;
    return new Filter(bounds, change);
  }

  /**
   * Returns the bound for a level; null if every entity may exceed the level, or if it is not known
   * which do.
   */
  private @Nullable Bound bound(
      Comparison comparison, double level, ToDoubleFunction<Metric.Limit> limits) {
    double exact = level;
    if (comparison.share.isPresent()) {
      exact *= comparison.share.get().unitsEach() * Bound.SHARES;
    } else if (comparison.limit != Metric.Limit.NONE) {
      exact *= limits.applyAsDouble(comparison.limit);
    }
    boolean up = comparison.relation == Relation.ABOVE;
    double slack = comparison.scaled ? Math.abs(exact) * ROUNDING : 0;
    double value = up ? Math.floor(exact - slack) : Math.ceil(exact + slack);
    boolean below =
        value < 0 && (comparison.share.isPresent() || !Bound.isSigned(comparison.field));
    // If a limit is 0, every value exceeds every share of it.
    if (Double.isNaN(value) || exact == 0 && comparison.limit != Metric.Limit.NONE || below && up) {
      return null;
    }
    long at = below ? 0 : (long) value;
    return comparison.share.isPresent()
        ? Bound.ofShare(
            type, comparison.field, comparison.relation, at, comparison.share.get().field())
        : Bound.of(type, comparison.field, comparison.relation, at);
  }
}
