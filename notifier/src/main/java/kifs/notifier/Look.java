package kifs.notifier;

import java.util.List;
import kifs.kernel.record.RecordType;

/**
 * What is to be looked at in one turn.
 *
 * @param due what to measure; none: only whether the entity is still there
 */
record Look(Target target, List<Series> due) {
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
    return due.stream().anyMatch(s -> s.ofLimit() && s.metric().limit() == limit);
  }
}
