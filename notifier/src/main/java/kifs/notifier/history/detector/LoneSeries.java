package kifs.notifier.history.detector;

import java.util.Arrays;

/**
 * The detector for one series of any unit, at any interval: scores each sample by a {@link
 * SeriesStore}, and learns by itself what the store is told of a metric of a process, which is the
 * least difference that matters and the interval between samples. If the series repeats each day,
 * week or known period, the store gets the difference from what is usual at that time.
 *
 * <p>It takes less than 10 KiB, however long the series is. Not thread-safe.
 */
public final class LoneSeries {
  /** So many samples tell the scale and the interval. Their own score is 0. */
  static final int WARM_UP = 100;

  private static final int PLAIN = 0;

  /** The difference from the first pattern; the next lane is that from the second one. */
  private static final int FIRST_PATTERN = 1;

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
  private final Direction direction;
  private final Pattern[] patterns;
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

  /** A series that may repeat each day or week, and in which both directions count. */
  public LoneSeries() {
    this(Direction.BOTH, Pattern.ofDay(), Pattern.ofWeek());
  }

  private LoneSeries(Direction direction, Pattern... patterns) {
    this.direction = direction;
    this.patterns = patterns;
  }

  /** A series in which only this direction counts. It may repeat each day or week. */
  public static LoneSeries of(Direction direction) {
    return new LoneSeries(direction, Pattern.ofDay(), Pattern.ofWeek());
  }

  /**
   * A series that may repeat in a known period, instead of each day or week.
   *
   * @param periodNs greater than 0
   */
  public static LoneSeries ofPeriod(Direction direction, long periodNs) {
    return new LoneSeries(direction, Pattern.of(periodNs));
  }

  /**
   * Takes a sample.
   *
   * @param timeNs since any epoch; for patterns of a day or a week, since midnight of any day
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
    return seen < WARM_UP ? 0 : Math.max(score(best), score(LOCAL));
  }

  private double score(int lane) {
    return direction.includes(store.isBelow(lane)) ? store.score(lane) : 0;
  }

  /** Why the series has its score, in its own unit. */
  public Explanation explain() {
    boolean isLocal = score(LOCAL) > score(best);
    double from = isLocal ? localExpected : expected[best];
    Explanation scaled = store.explain(isLocal ? LOCAL : best, now - from, scale);
    return new Explanation(
        score(), from + scaled.now(), from + scaled.usualLow(), from + scaled.usualHigh());
  }

  private void take(long timeNs, double value) {
    now = value;
    // The interval is unknown, so each sample counts as one.
    store.update(PLAIN, 0, value - expected[PLAIN], scale);
    learnError(PLAIN, Math.abs(value - recent));
    recent += 0.05 * (value - recent);
    for (int i = 0; i < patterns.length; i++) {
      int lane = FIRST_PATTERN + i;
      Pattern pattern = patterns[i];
      pattern.at(timeNs, 8 * scale);
      if (pattern.isKnown()) {
        expected[lane] = pattern.expected();
        double residual = value - expected[lane];
        store.update(lane, 0, residual, scale);
        learnError(lane, Math.abs(residual));
      }
      pattern.add(value);
    }
    if (!isKnown(best)) {
      best = PLAIN;
    }
    takeLocal(value);
    choose();
  }

  /** Whether a lane expects something of this sample. A slot of a pattern may have had none yet. */
  private boolean isKnown(int lane) {
    return lane == PLAIN || patterns[lane - FIRST_PATTERN].isKnown();
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
    for (int lane = FIRST_PATTERN; lane < FIRST_PATTERN + patterns.length; lane++) {
      boolean isReady = isKnown(lane) && store.samples(lane) > PATTERN_SAMPLES;
      if (isReady && errors[lane] < least) {
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
