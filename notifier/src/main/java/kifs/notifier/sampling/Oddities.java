package kifs.notifier.sampling;

import kifs.notifier.entity.Subject;
import kifs.notifier.metric.Metric;
import kifs.notifier.waiting.Event;
import org.jspecify.annotations.Nullable;

/** Says why something is unusual. Thread-safe; called under the notifier's lock. */
@FunctionalInterface
public interface Oddities {
  /**
   * The metric that makes an entity unusual now; null: nothing does any more.
   *
   * @param metric the metric that was waited for
   */
  Event.@Nullable Oddity of(Subject subject, Metric metric);
}
