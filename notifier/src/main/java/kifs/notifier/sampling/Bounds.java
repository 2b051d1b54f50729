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

/**
 * Collects what the conditions on one record type need to see, so that a pass can be filtered: for
 * each field the loosest level that any condition compares it with, and the fields whose changes
 * somebody waits for. Not thread-safe.
 */
final class Bounds {
  /** More than what the scaling of a field to its metric's unit and back can be off. */
  private static final double ROUNDING = 1e-12;

  private static final double PERCENT = 100;

  /**
   * What a level is of.
   *
   * @param scaled whether the level isn't simply the field's
   * @param share the level is a part of that; empty: it is a value, or a part of {@code limit}
   */
  private record On(
      Field field,
      Relation relation,
      boolean scaled,
      Optional<Reading.OwnLimit> share,
      Metric.Limit limit) {}

  private final RecordType type;
  private final Map<On, Double> levels = new HashMap<>();
  private final Set<Bound> states = new HashSet<>();
  private final long lastNs;
  private long followed;
  private long sinceNs = Long.MAX_VALUE;

  /**
   * Who need not be found.
   *
   * @param change null: who has changed doesn't matter
   */
  record Omitted(Set<Bound> bounds, Change change) {
    static final Omitted NOBODY = new Omitted(Set.of(), null);

    /** Whether that may be anybody. */
    boolean isSomebody() {
      return change == null ? !bounds.isEmpty() : change.sinceNs() > 0;
    }
  }

  /**
   * @param lastNs boot time of the look before; 0: there was none
   */
  Bounds(RecordType type, long lastNs) {
    this.type = type;
    this.lastNs = lastNs;
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

  /** A sum is above a level only if one of its parts is above its share of that. */
  private void add(Reading.Plain plain, Reading reading, Condition condition, double level) {
    boolean up = condition.predicate().isUpward();
    int parts = up ? plain.fields().size() : 1;
    double exact = level * plain.divisor() / parts / (condition.ofLimit() ? PERCENT : 1);
    for (Field field : plain.fields()) {
      On on =
          new On(
              field,
              up ? Relation.ABOVE : Relation.BELOW,
              condition.ofLimit() || plain.divisor() != 1,
              condition.ofLimit() ? reading.ownLimit() : Optional.empty(),
              condition.ofLimit() ? condition.metric().limit() : Metric.Limit.NONE);
      levels.merge(on, exact, up ? Math::min : Math::max);
    }
  }

  /** Whether a level is a part of something that the host has. */
  boolean needs(Metric.Limit limit) {
    return levels.keySet().stream().anyMatch(on -> on.limit == limit);
  }

  /**
   * Makes sure that a pass finds all entities of which one of these fields has changed.
   *
   * @param changedNs boot time: later looks have seen all changes until then; 0: all entities are
   *     to be found
   * @return false: in records of that type changes can't be followed
   */
  boolean follow(long fields, long changedNs) {
    followed |= fields;
    sinceNs = Math.min(sinceNs, changedNs);
    return Change.fits(type);
  }

  /** Whether changes are followed: then of who isn't found nothing of that has changed. */
  boolean follows() {
    return followed != 0;
  }

  /**
   * Whom a look need not find: nobody who is beyond a level, or has changed.
   *
   * @param limits of the host; NaN: not to be had
   * @param nowNs boot time of the look
   */
  Omitted omitted(ToDoubleFunction<Metric.Limit> limits, long nowNs) {
    Set<Bound> all = new HashSet<>(states);
    long askedNs = sinceNs;
    for (Map.Entry<On, Double> each : levels.entrySet()) {
      Bound bound = bound(each.getKey(), each.getValue(), limits);
      if (bound == null) {
        all.clear();
        askedNs = 0;
        break;
      }
      all.add(bound);
    }
    return new Omitted(all, follows() ? new Change(type, followed, askedNs, lastNs, nowNs) : null);
  }

  /** Null: everybody is beyond it, or nobody knows. */
  private Bound bound(On on, double level, ToDoubleFunction<Metric.Limit> limits) {
    double exact = level;
    if (on.share.isPresent()) {
      exact *= on.share.get().unitsEach() * Bound.SHARES;
    } else if (on.limit != Metric.Limit.NONE) {
      exact *= limits.applyAsDouble(on.limit);
    }
    boolean up = on.relation == Relation.ABOVE;
    double slack = on.scaled ? Math.abs(exact) * ROUNDING : 0;
    double value = up ? Math.floor(exact - slack) : Math.ceil(exact + slack);
    boolean below = value < 0 && (on.share.isPresent() || !Bound.isSigned(on.field));
    // Of a limit of 0 anything is infinitely much.
    if (Double.isNaN(value) || exact == 0 && on.limit != Metric.Limit.NONE || below && up) {
      return null;
    }
    long at = below ? 0 : (long) value;
    return on.share.isPresent()
        ? Bound.ofShare(type, on.field, on.relation, at, on.share.get().field())
        : Bound.of(type, on.field, on.relation, at);
  }
}
