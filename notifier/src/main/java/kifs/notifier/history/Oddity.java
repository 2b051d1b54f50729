package kifs.notifier.history;

import kifs.notifier.history.detector.Explanation;
import kifs.notifier.metric.Metric;

/**
 * The metric of an entity that is farthest from what is usual. Immutable.
 *
 * @param explanation the score, the present value and the usual range, in the metric's unit
 * @param samples how many samples the usual range was learned from, at most about 60,000
 */
public record Oddity(Metric metric, Explanation explanation, int samples) {
  public double score() {
    return explanation.score();
  }
}
