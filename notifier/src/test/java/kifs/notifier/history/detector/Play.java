package kifs.notifier.history.detector;

import java.util.Random;
import java.util.function.DoubleSupplier;

/** Plays values into one series of a store, once a second by a clock that the test sets. */
final class Play {
  static final long SECOND = 1_000_000_000L;
  static final double FLOOR = 5;

  final Random random = new Random(3);
  final SeriesStore store;
  final int index;
  long timeNs = 1_700_000_000L * SECOND;
  double last;

  /** How many times the score has reached {@link SeriesStore#UNUSUAL}. */
  int alarms;

  Play() {
    this(new SeriesStore(1, SECOND), 0);
  }

  Play(SeriesStore store, int index) {
    this.store = store;
    this.index = index;
  }

  double sample(double value) {
    timeNs += SECOND;
    double before = store.score(index);
    last = value;
    double score = store.update(index, timeNs, value, FLOOR);
    if (score >= SeriesStore.UNUSUAL && before < SeriesStore.UNUSUAL) {
      alarms++;
    }
    return score;
  }

  /** Returns after how many samples the score reached 6, or -1. */
  int samples(int count, DoubleSupplier values) {
    int reached = -1;
    for (int i = 0; i < count; i++) {
      double score = sample(values.getAsDouble());
      if (score >= SeriesStore.UNUSUAL && reached < 0) {
        reached = i + 1;
      }
    }
    return reached;
  }

  /** As usual: 40 % of a CPU, and some noise. */
  double usual() {
    return Math.max(0, 40 + 4 * random.nextGaussian());
  }

  Explanation explain() {
    return store.explain(index, last, FLOOR);
  }
}
