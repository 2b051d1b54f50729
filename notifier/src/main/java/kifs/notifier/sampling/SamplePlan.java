package kifs.notifier.sampling;

import static java.util.Objects.requireNonNull;

import java.util.List;
import kifs.kernel.record.RecordType;
import kifs.notifier.metric.Metric;
import org.jspecify.annotations.Nullable;

/**
 * The plan of one sample of one watched scope. Immutable but for what it refers to. Guarded by the
 * notifier's lock; {@link Findings} reads it without the lock.
 *
 * @param due the figures to measure; empty: the sample only checks whether the entity still exists
 * @param bounds what the conditions need to see, so that a pass can be filtered; null: the pass
 *     must return every entity
 */
public record SamplePlan(WatchedScope watched, List<WatchedMetric> due, @Nullable Bounds bounds) {
  /**
   * Plans a sample for the conditions as they are now. A condition that comes while the sample is
   * taken waits for the next one.
   *
   * @param nowNs boot time
   */
  static SamplePlan plan(WatchedScope watched, List<WatchedMetric> due, long nowNs) {
    due.forEach(WatchedMetric::plan);
    return new SamplePlan(watched, due, watched.bounds(nowNs));
  }

  /** The mask of the fields that the due figures are read from. */
  long fields() {
    long mask = 0;
    for (WatchedMetric figure : due) {
      mask |= figure.reading().fields();
    }
    return mask;
  }

  /** The type of the records that the look reads. Must not be called if no figure is due. */
  RecordType type() {
    return requireNonNull(watched.type());
  }

  /** Whether the pass may omit entities that have not changed. */
  boolean tracksChanges() {
    return bounds != null && bounds.tracksChanges();
  }

  /** Whether the sample needs this limit of the host. */
  boolean needs(Metric.Limit limit) {
    return due.stream().anyMatch(s -> s.ofLimit() && s.metric().limit() == limit)
        || bounds != null && bounds.needs(limit);
  }
}
