package kifs.notifier;

import kifs.kernel.record.Guard;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.history.History;
import kifs.notifier.history.Oddity;
import kifs.notifier.history.detector.Explanation;
import kifs.notifier.metric.Metric;
import kifs.notifier.sampling.Oddities;
import kifs.notifier.waiting.Event;

/** Makes what events say about what is unusual, of what the history knows. */
final class HistoryOddities {
  private HistoryOddities() {}

  /** Says why something is unusual, by the history. */
  static Oddities of(History history) {
    return (subject, metric) ->
        history
            .oddity(subject.pid(), subject.tid(), isGuarded(metric))
            .map(HistoryOddities::event)
            .orElse(null);
  }

  private static boolean isGuarded(Metric metric) {
    return metric.guard(EntityKind.PROCESS) != Guard.OPEN;
  }

  private static Event.Oddity event(Oddity oddity) {
    Explanation why = oddity.explanation();
    return new Event.Oddity(oddity.metric(), why.now(), why.usualLow(), why.usualHigh());
  }
}
