package kifs.notifier;

import java.util.List;
import kifs.kernel.record.RecordType;

/**
 * What is to be looked at in one turn.
 *
 * @param due what to measure; none: only whether the entity is still there
 * @param bounds who is beyond none of them need not be found, as nobody is to be told of it; null:
 *     everybody is to be found
 */
record Look(Target target, List<Series> due, Bounds bounds) {
  /** As the conditions are now: others that come while it is taken are left to the next look. */
  static Look plan(Target target, List<Series> due) {
    due.forEach(Series::plan);
    return new Look(target, due, target.bounds());
  }

  /** The mask of the fields that it takes. */
  long fields() {
    long mask = 0;
    for (Series series : due) {
      mask |= series.reading().fields();
    }
    return mask;
  }

  RecordType type() {
    return target.type();
  }

  boolean needs(Metric.Limit limit) {
    return due.stream().anyMatch(s -> s.ofLimit() && s.metric().limit() == limit)
        || bounds != null && bounds.needs(limit);
  }
}
