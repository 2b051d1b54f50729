package kifs.notifier.history.detector;

import java.util.Arrays;

/**
 * The detector for one series of any unit, at any interval: scores each sample by a {@link
 * SeriesStore}, and learns by itself what the store is told of a metric of a process, which is the
 * least difference that matters and the interval between samples. If the series repeats each day or
 * week, the store gets the difference from what is usual at that time.
 *
 * <p>It takes less than 10 KiB, however long the series is. Not thread-safe.
 */
public final class LoneSeries {
  /** So many samples tell the scale and the interval. Their own score is 0. */
  static final int WARM_UP = 100;

  private static final int PLAIN = 0;
  private static final int DAILY = 1;
  private static final int WEEKLY = 2;

  /** The difference from the values just before, whichever of the other lanes is chosen. */
  private static final int LOCAL = 3;

  /** A pattern must explain the series so much better than none that its errors are this small. */
  private static final double MUCH_BETTER = 0.75;

  /** The store must have had so many differences from a pattern before the pattern counts. */
  private static final int PATTERN_SAMPLES = 480;

  private static final double ERROR_FADE = 1 / 500.0;

  private static final double LOCAL_FADE = 0.5;

  private final long[] firstTimes = new long[WARM_UP];
  private final double[] firstValues = new double[WARM_UP];
  private final Pattern[] patterns = {Pattern.ofDay(), Pattern.ofWeek()};
  private final double[] errors = new double[3];

  /** What each lane expected of the last sample; for the plain one the centre of the series. */
  private final double[] expected = new double[3];

  private final SeriesStore store = new SeriesStore(4, Tuning.lone(1));
  private int seen;
  private double scale = 1;
  private double recent;
  private double local;
  private int localOf;
  private double localExpected;
  private int best = PLAIN;
  private double now;

  /**
   * Takes a sample.
   *
   * @param timeNs since any epoch; for patterns of a day, since midnight of any day
   * @param value a sample that is not a finite number is ignored
   * @return the score, as {@link SeriesStore#update} has it
   */
  public double update(long timeNs, double value) {
    if (!Double.isFinite(value)) {
      return score();
    }
    if (seen < WARM_UP) {
      firstTimes[seen] = timeNs;
      firstValues[seen] = value;
      if (++seen == WARM_UP) {
        learnScale();
        for (int i = 0; i < WARM_UP; i++) {
          take(firstTimes[i], firstValues[i]);
        }
      }
      return 0;
    }
    take(timeNs, value);
    return score();
  }

  /** The score of the last sample. */
  public double score() {
    return seen < WARM_UP ? 0 : Math.max(store.score(best), store.score(LOCAL));
  }

  /** Why the series has its score, in its own unit. */
  public Explanation explain() {
    boolean isLocal = store.score(LOCAL) > store.score(best);
    double from = isLocal ? localExpected : expected[best];
    Explanation scaled = store.explain(isLocal ? LOCAL : best, now - from, scale);
    return new Explanation(
        score(),
        scaled.cause(),
        from + scaled.now(),
        from + scaled.usualLow(),
        from + scaled.usualHigh());
  }

  private void take(long timeNs, double value) {
    now = value;
    // The interval is unknown, so each sample counts as one.
    store.update(PLAIN, 0, value - expected[PLAIN], scale);
    learnError(PLAIN, Math.abs(value - recent));
    recent += 0.05 * (value - recent);
    for (int lane = DAILY; lane <= WEEKLY; lane++) {
      Pattern pattern = patterns[lane - 1];
      pattern.at(timeNs);
      if (pattern.isKnown()) {
        expected[lane] = pattern.expected();
        double residual = value - expected[lane];
        store.update(lane, 0, residual, scale);
        learnError(lane, Math.abs(residual));
      }
      pattern.learn(value, 8 * scale);
    }
    takeLocal(value);
    choose();
  }

  private void takeLocal(double value) {
    double deviation = value - expected[best];
    if (localOf != best) {
      localOf = best;
      local = deviation;
    }
    localExpected = value - (deviation - local);
    store.update(LOCAL, 0, deviation - local, scale);
    local += LOCAL_FADE * (deviation - local);
  }

  private void learnError(int lane, double error) {
    double most = 8 * scale;
    double before = errors[lane];
    errors[lane] = before == 0 ? error : before + ERROR_FADE * (Math.min(most, error) - before);
  }

  /** A lane is chosen by how well it foretells the series, not by its score. */
  private void choose() {
    best = PLAIN;
    double least = errors[PLAIN] * MUCH_BETTER;
    for (int lane = DAILY; lane <= WEEKLY; lane++) {
      if (store.samples(lane) > PATTERN_SAMPLES && errors[lane] < least) {
        least = errors[lane] * 0.9;
        best = lane;
      }
    }
  }

  private void learnScale() {
    double[] sorted = firstValues.clone();
    Arrays.sort(sorted);
    double centre = sorted[WARM_UP / 2];
    expected[PLAIN] = centre;
    double sum = 0;
    for (double value : firstValues) {
      sum += Math.abs(value - centre);
    }
    double spread = 2 * sum / WARM_UP;
    // A series that doesn't change at all at first has no scale of its own.
    scale = spread > 0 ? spread : Math.max(1e-6, Math.abs(centre) / 100);
    recent = centre;
  }
}
