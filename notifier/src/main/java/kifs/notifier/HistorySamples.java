package kifs.notifier;

import java.util.Optional;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.record.Guard;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.history.History;
import kifs.notifier.history.Oddity;
import kifs.notifier.history.detector.Explanation;
import kifs.notifier.metric.Metric;
import kifs.notifier.sampling.Findings;
import kifs.notifier.sampling.Oddities;
import kifs.notifier.waiting.Event;

/** What the samples of conditions and those of the history have to do with each other. */
final class HistorySamples {
  private HistorySamples() {}

  /** Gives the history the pass that conditions needed anyway, or takes one for it. */
  static void take(History history, Findings findings, ChunkPool pool) {
    Optional<BulkBuilder> shared = findings.shared();
    if (shared.isPresent()) {
      history.take(findings.nowNs(), shared.get());
    } else {
      history.sample(pool);
    }
  }

  /** Says why something is unusual, by the history. */
  static Oddities oddities(History history) {
    return (subject, metric) ->
        history
            .oddity(subject.pid(), subject.tid(), isGuarded(metric))
            .map(HistorySamples::event)
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
