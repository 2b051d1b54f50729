package kifs.notifier;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import kifs.kernel.bulk.Bound;
import kifs.kernel.bulk.Bound.Relation;
import kifs.kernel.record.Field;
import kifs.kernel.record.RecordType;

/**
 * Gathers the levels of conditions on records of one type: of those on one figure the one that most
 * is beyond.
 */
final class Bounds {
  /** More than what the scaling of a field to its metric's unit and back can be off. */
  private static final double ROUNDING = 1e-12;

  private static final double PERCENT = 100;

  /**
   * What a level is of.
   *
   * @param scaled whether the level isn't simply the field's
   * @param whole the level is a part of that field; null: it is a value, or a part of {@code limit}
   */
  private record On(
      Field field, Relation relation, boolean scaled, Reading.Whole whole, Metric.Limit limit) {}

  private final RecordType type;
  private final Map<On, Double> levels = new HashMap<>();
  private final Set<Bound> states = new HashSet<>();

  Bounds(RecordType type) {
    this.type = type;
  }

  /**
   * Makes sure that everybody is found of whom that condition has something to tell: who is beyond
   * the level at which its excursions end, or has been beyond the one at which they begin.
   *
   * @return false: no level of a field says so
   */
  boolean add(Reading reading, Condition condition) {
    if (!(reading.value() instanceof Reading.Plain plain)
        || !plain.fields().stream().allMatch(Bound::fits)) {
      return false;
    }
    if (condition.metric().nature() == Metric.Nature.STATE) {
      boolean occurs = condition.predicate() == Predicate.OCCURS;
      return occurs
          && states.add(
              Bound.of(type, plain.fields().get(0), Relation.EQUAL, (long) condition.threshold()));
    }
    if (!condition.predicate().isLevel()) {
      return false;
    }
    add(plain, reading, condition, condition.clear());
    if (condition.predicate().isUpward() && reading.peak() != null) {
      add(reading.peak(), reading, condition, condition.threshold());
    }
    return true;
  }

  /** A sum is above a level only if one of its parts is above its share of that. */
  private void add(Reading.Plain plain, Reading reading, Condition condition, double level) {
    boolean up = condition.predicate().isUpward();
    int parts = up ? plain.fields().size() : 1;
    double exact = level * plain.perUnit() / parts / (condition.ofLimit() ? PERCENT : 1);
    for (Field field : plain.fields()) {
      On on =
          new On(
              field,
              up ? Relation.ABOVE : Relation.BELOW,
              condition.ofLimit() || plain.perUnit() != 1,
              condition.ofLimit() ? reading.whole() : null,
              condition.ofLimit() ? condition.metric().limit() : Metric.Limit.NONE);
      levels.merge(on, exact, up ? Math::min : Math::max);
    }
  }

  /** Whether a level is a part of something that the host has. */
  boolean needs(Metric.Limit limit) {
    return levels.keySet().stream().anyMatch(on -> on.limit == limit);
  }

  /**
   * The bounds, none of which leaves out who is beyond a level.
   *
   * @param limits of the host; NaN: not to be had
   * @return empty: all must be found
   */
  Set<Bound> all(ToDoubleFunction<Metric.Limit> limits) {
    Set<Bound> all = new HashSet<>(states);
    for (Map.Entry<On, Double> each : levels.entrySet()) {
      Bound bound = bound(each.getKey(), each.getValue(), limits);
      if (bound == null) {
        return Set.of();
      }
      all.add(bound);
    }
    return all;
  }

  /** Null: everybody is beyond it, or nobody knows. */
  private Bound bound(On on, double level, ToDoubleFunction<Metric.Limit> limits) {
    double exact = level;
    if (on.whole != null) {
      exact *= on.whole.unitsEach() * Bound.SHARES;
    } else if (on.limit != Metric.Limit.NONE) {
      exact *= limits.applyAsDouble(on.limit);
    }
    boolean up = on.relation == Relation.ABOVE;
    double slack = on.scaled ? Math.abs(exact) * ROUNDING : 0;
    double value = up ? Math.floor(exact - slack) : Math.ceil(exact + slack);
    boolean below = value < 0 && (on.whole != null || !Bound.isSigned(on.field));
    // Of a limit of 0 anything is infinitely much.
    if (Double.isNaN(value) || exact == 0 && on.limit != Metric.Limit.NONE || below && up) {
      return null;
    }
    long at = below ? 0 : (long) value;
    return on.whole == null
        ? Bound.of(type, on.field, on.relation, at)
        : Bound.ofShare(type, on.field, on.relation, at, on.whole.field());
  }
}
