package kifs.notifier.history.detector;

/**
 * What a series usually is at each time of its period, such as a day or a week. Not thread-safe.
 */
final class Pattern {
  private static final long MINUTE_NS = 60_000_000_000L;
  private static final long DAY_NS = 24 * 60 * MINUTE_NS;

  /** A slot is the mean of about so many periods. */
  private static final int MEMORY = 6;

  private final long periodNs;
  private final float[] means;
  private final byte[] counts;
  private int slot;

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

  /** Goes to the slot of this time. */
  void at(long timeNs) {
    long slotNs = Math.max(1, periodNs / means.length);
    slot = (int) Math.min(means.length - 1, Math.floorMod(timeNs, periodNs) / slotNs);
  }

  boolean isKnown() {
    return counts[slot] > 0;
  }

  double expected() {
    return means[slot];
  }

  /** Learns a value, as far as it is within {@code most} of what is expected. */
  void learn(double value, double most) {
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
