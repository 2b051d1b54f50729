package kifs.notifier.sampling;

import java.util.List;
import kifs.kernel.record.RecordType;
import kifs.notifier.metric.Metric;

/**
 * What is to be looked at in one turn.
 *
 * @param due what to measure; none: only whether the entity is still there
 * @param bounds of whom there is something to tell; nobody else need be found; null: everybody
 */
public record Look(WatchedScope target, List<WatchedMetric> due, Bounds bounds) {
  /** As the conditions are now: others that come while it is taken are left to the next look. */
  static Look plan(WatchedScope target, List<WatchedMetric> due, long nowNs) {
    due.forEach(WatchedMetric::plan);
    return new Look(target, due, target.bounds(nowNs));
  }

  /** The mask of the fields that it takes. */
  long fields() {
    long mask = 0;
    for (WatchedMetric series : due) {
      mask |= series.reading().fields();
    }
    return mask;
  }

  RecordType type() {
    return target.type();
  }

  /** Whether it asks for those that have changed: then nothing has changed of who isn't found. */
  boolean follows() {
    return bounds != null && bounds.follows();
  }

  boolean needs(Metric.Limit limit) {
    return due.stream().anyMatch(s -> s.ofLimit() && s.metric().limit() == limit)
        || bounds != null && bounds.needs(limit);
  }
}
