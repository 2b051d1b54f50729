package kifs.notifier.history.detector;

/**
 * What a series usually is at each time of its period, such as a day or a week. A slot of the
 * period is known from earlier periods only: the samples of the present one are near each other,
 * and would foretell any series well. Not thread-safe.
 */
final class Pattern {
  private static final long MINUTE_NS = 60_000_000_000L;
  private static final long DAY_NS = 24 * 60 * MINUTE_NS;

  /** A slot is the mean of about so many periods. */
  private static final int MEMORY = 6;

  private final long periodNs;
  private final float[] means;
  private final byte[] counts;

  /** The slot of the last sample, and the number of the period that it is in. */
  private int slot = -1;

  private long period;

  /** The sum and the number of the samples since the series came to the slot. */
  private double sum;

  private int samples;

  private Pattern(long periodNs, int slots) {
    this.periodNs = periodNs;
    means = new float[slots];
    counts = new byte[slots];
  }

  /** 288 slots of 5 minutes. */
  static Pattern ofDay() {
    return new Pattern(DAY_NS, 288);
  }

  /** 672 slots of a quarter of an hour. */
  static Pattern ofWeek() {
    return new Pattern(7 * DAY_NS, 672);
  }

  /** 288 slots of a period of any length. */
  static Pattern of(long periodNs) {
    return new Pattern(periodNs, 288);
  }

  /**
   * Goes to the slot of this time. The slot that it leaves learns the mean of its samples.
   *
   * @param most by how much that mean can differ from what was expected
   */
  void at(long timeNs, double most) {
    long slotNs = Math.max(1, periodNs / means.length);
    int to = (int) Math.min(means.length - 1, Math.floorMod(timeNs, periodNs) / slotNs);
    long in = Math.floorDiv(timeNs, periodNs);
    if (to != slot || in != period) {
      if (samples > 0) {
        learn(sum / samples, most);
      }
      slot = to;
      period = in;
      sum = 0;
      samples = 0;
    }
  }

  /** Whether the slot had samples in an earlier period. */
  boolean isKnown() {
    return counts[slot] > 0;
  }

  double expected() {
    return means[slot];
  }

  /** Takes a sample of the slot. */
  void add(double value) {
    sum += value;
    samples++;
  }

  private void learn(double value, double most) {
    if (counts[slot] < MEMORY) {
      counts[slot]++;
    }
    double deviation = value - means[slot];
    if (counts[slot] > 1) {
      deviation = Math.max(-most, Math.min(most, deviation));
    }
    means[slot] += (float) (deviation / counts[slot]);
  }
}
