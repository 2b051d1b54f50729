package kifs.notifier.history.detector;

import static kifs.notifier.history.detector.Layout.AVERAGES;
import static kifs.notifier.history.detector.Layout.PERSISTED;
import static kifs.notifier.history.detector.Layout.RUN;
import static kifs.notifier.history.detector.Layout.RUN_EXTREME;
import static kifs.notifier.history.detector.Layout.RUN_INNER;
import static kifs.notifier.history.detector.Layout.RUN_OUTER;
import static kifs.notifier.history.detector.Layout.RUN_USUAL;

/**
 * How far the present of a series is from what a {@link SeriesStore} has learned. Not thread-safe.
 */
final class Scoring {
  /** What is beyond an extreme by no more than this many floors is never cut off. */
  private static final double UNCUT = 4;

  /** A run counts only as much as the distance from what is usual, times this. */
  private static final double RUN_AGREEMENT = 3;

  private final SeriesStore store;
  private final Tuning tuning;
  private final Learning learning;

  Scoring(SeriesStore store) {
    this.store = store;
    tuning = store.tuning;
    learning = store.learning;
  }

  /** The distance from the usual extremes, in spreads; negative if below. */
  double distance(int base, int horizon, double value, int seen) {
    double high = store.usual(base, horizon, 0);
    double nearest = tuning.minDifference() / SeriesStore.UNUSUAL;
    if (value > high + nearest) {
      return spreads(base, horizon, 0, value, high, seen);
    }
    double low = store.usual(base, horizon, 1);
    return value < low - nearest ? -spreads(base, horizon, 1, value, low, seen) : 0;
  }

  private double spreads(int base, int horizon, int side, double value, double usual, int seen) {
    double limit = learning.outerLimit(base, horizon, side, seen);
    // The compressed scale is nowhere steeper than at the nearer end. Most samples end here.
    double nearer = value * usual > 0 ? Math.min(Math.abs(value), Math.abs(usual)) : 0;
    if (SeriesStore.UNUSUAL * Math.abs(value - usual) < limit * Math.max(1, nearer)) {
      return 0;
    }
    double excess = Math.abs(Scale.compress(value) - Scale.compress(usual));
    double score = SeriesStore.UNUSUAL * excess / limit;
    return learning.capped(score, value, usual);
  }

  /** A value may raise the score by a bounded amount, so several in a row must agree. */
  double persisted(int base, double scaled, int seen) {
    double distance = distance(base, 0, scaled, seen);
    double before = store.state[base + PERSISTED] / 100.0;
    distance = Math.max(-2 * SeriesStore.UNUSUAL, Math.min(2 * SeriesStore.UNUSUAL, distance));
    double least = before - tuning.persistence() * (before > 0 ? 2 : 1);
    double most = before + tuning.persistence() * (before < 0 ? 2 : 1);
    double after = Math.max(least, Math.min(most, distance));
    store.state[base + PERSISTED] = (short) Math.rint(after * 100);
    return after;
  }

  /**
   * What the next horizon gets to see: what is more than just unusual is cut off, so that one value
   * doesn't widen all averages, however great it is.
   */
  double cut(int base, int horizon, double value, int seen) {
    double high = store.usual(base, horizon, 0);
    if (value > high + UNCUT) {
      double limit = Scale.compress(high) + learning.outerLimit(base, horizon, 0, seen);
      return Math.min(value, Math.max(Scale.expand(limit), high + UNCUT));
    }
    double low = store.usual(base, horizon, 1);
    if (value < low - UNCUT) {
      double limit = Scale.compress(low) - learning.outerLimit(base, horizon, 1, seen);
      return Math.max(value, Math.min(Scale.expand(limit), low - UNCUT));
    }
    return value;
  }

  double run(int base, int averageBase, double scaled, double agreeing, int seen, boolean ready) {
    double longAverage = store.averages[averageBase + AVERAGES - 1];
    int run = store.state[base + RUN];
    int side = scaled >= longAverage ? 0 : 1;
    run =
        side == 0
            ? Math.min(Math.max(run, 0) + 1, 30_000)
            : Math.max(Math.min(run, 0) - 1, -30_000);
    store.state[base + RUN] = (short) run;
    int length = Math.abs(run);
    if (length > store.state[base + RUN_EXTREME + side]) {
      store.state[base + RUN_EXTREME + side] = (short) length;
    }
    double excess = length - store.decode(base + RUN_USUAL + side);
    if (!ready || excess <= 0 || agreeing == 0) {
      return 0;
    }
    double average = store.averages[averageBase];
    if (average > longAverage != (side == 0)) {
      return 0;
    }
    double score =
        SeriesStore.UNUSUAL
            * excess
            / learning.runLimit(
                store.decode(base + RUN_OUTER + side), store.decode(base + RUN_INNER + side), seen);
    score = Math.min(learning.capped(score, average, longAverage), RUN_AGREEMENT * agreeing);
    return side == 0 ? score : -score;
  }
}
