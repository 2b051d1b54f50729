package kifs.notifier;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import kifs.kernel.bulk.Bound;
import kifs.kernel.record.Field;
import kifs.kernel.record.RecordType;

/** Gathers the levels of conditions: of those on one field the one that most is beyond. */
final class Bounds {
  /** More than what the scaling of a field to its metric's unit and back can be off. */
  private static final double ROUNDING = 1e-12;

  private final RecordType type;
  private final Map<Integer, Long> above = new TreeMap<>();
  private final Map<Integer, Long> below = new TreeMap<>();

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
    if (!condition.predicate().isLevel()
        || !(reading.value() instanceof Reading.Plain plain)
        || !Bound.fits(plain.field())) {
      return false;
    }
    boolean up = condition.predicate().isUpward();
    boolean fits = add(plain, up, condition.clear());
    if (up && reading.peak() != null) {
      fits &=
          reading.peak() instanceof Reading.Plain peak && add(peak, true, condition.threshold());
    }
    return fits;
  }

  private boolean add(Reading.Plain plain, boolean up, double level) {
    double exact = level * plain.perUnit();
    double slack = plain.perUnit() == 1 ? 0 : 1 + exact * ROUNDING;
    if (up) {
      double value = Math.floor(exact - slack);
      above.merge(plain.field().number(), (long) value, Math::min);
      return value >= 0;
    }
    below.merge(plain.field().number(), (long) Math.max(0, Math.ceil(exact + slack)), Math::max);
    return true;
  }

  /** None if there was no condition. */
  Set<Bound> all() {
    Set<Bound> all = new HashSet<>();
    above.forEach((field, value) -> all.add(new Bound(type, field(field), false, value)));
    below.forEach((field, value) -> all.add(new Bound(type, field(field), true, value)));
    return all;
  }

  private Field field(int number) {
    return type.fields().get(number);
  }
}
