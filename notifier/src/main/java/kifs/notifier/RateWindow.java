package kifs.notifier;

/**
 * A counter's growth per second over a window that ends now. Keeps a bounded number of old samples,
 * evenly spread; a window is measured by the clock, never assumed. Not thread-safe.
 *
 * <p>The window's far end lies between two samples, and what the counter did between them is not
 * known. A steady load is told exactly whatever one assumes; of an unsteady one {@link #atLeast}
 * and {@link #atMost} don't claim more than what is certain, give or take a tenth.
 */
final class RateWindow {
  private static final double NS_PER_S = 1e9;

  /** Samples kept per window. */
  private static final int STEPS = 16;

  private static final int CAPACITY = STEPS + 4;

  /** How far from the window's length what was measured may be, and still stand for it. */
  private static final double TOLERANCE = 0.1;

  /** The part of a window of which it need not be known what happened when in it. */
  private static final double NEAR = 2 * TOLERANCE;

  private final long windowNs;
  private final long[] times = new long[CAPACITY];
  private final double[] counters = new double[CAPACITY];
  private int count;
  private int newest = -1;
  private double rate;
  private double atLeast;
  private double atMost;
  private boolean whole;

  RateWindow(long windowNs) {
    this.windowNs = windowNs;
  }

  /**
   * Adds a sample. Afterwards the others tell of the window that ends with it.
   *
   * @param bornNs when the counter began at 0; before that it counts as 0
   */
  void add(long now, double counter, long bornNs) {
    boolean isYoung = now - bornNs <= windowNs;
    if (count == 0 && now - bornNs <= NEAR * windowNs) {
      // So the window stays whole when it outgrows the birth, before the first look is old enough.
      keep(bornNs, 0);
    }
    int outside = newestNotAfter(now - windowNs);
    whole = isYoung || outside >= 0;
    if (isYoung) {
      all(counter);
    } else if (outside < 0) {
      all(count > 0 ? counter - counters[oldest()] : 0);
    } else {
      measure(now, counter, outside);
    }
    keep(now, counter);
  }

  /** Per second. Until a whole window was seen it is a lower bound. */
  double rate() {
    return rate;
  }

  /** The rate as it is told to whoever waits for it to be high. */
  double atLeast() {
    return atLeast;
  }

  /** The rate as it is told to whoever waits for it to be low. */
  double atMost() {
    return atMost;
  }

  /** Whether the whole window is known. */
  boolean isWhole() {
    return whole;
  }

  /** The rate since the last sample; NaN if there is none. */
  double recent(long now, double counter) {
    return newest < 0 || now <= times[newest]
        ? Double.NaN
        : (counter - counters[newest]) / (now - times[newest]) * NS_PER_S;
  }

  private void all(double growth) {
    rate = growth / windowNs * NS_PER_S;
    atLeast = rate;
    atMost = rate;
  }

  /**
   * @param outside the newest sample that is as old as the window, or older
   */
  private void measure(long now, double counter, int outside) {
    long longer = now - times[outside];
    double most = counter - counters[outside];
    boolean isLast = outside == newest;
    int inside = (outside + 1) % CAPACITY;
    long shorter = isLast ? 0 : now - times[inside];
    double least = isLast ? 0 : counter - counters[inside];
    // Evenly between the two samples.
    all(least + (most - least) * (windowNs - shorter) / (longer - shorter));
    double low = (1 - TOLERANCE) * windowNs;
    double high = (1 + TOLERANCE) * windowNs;
    boolean isNear = longer - shorter <= NEAR * windowNs;
    if (isNear || longer <= high) {
      atMost = Math.max(rate, most / high * NS_PER_S);
    }
    if (isNear || shorter >= low) {
      atLeast = Math.min(rate, least / low * NS_PER_S);
    }
  }

  /** -1: none. */
  private int newestNotAfter(long latest) {
    for (int i = 0; i < count; i++) {
      int at = Math.floorMod(newest - i, CAPACITY);
      if (times[at] <= latest) {
        return at;
      }
    }
    return -1;
  }

  private void keep(long now, double counter) {
    // Ticks jitter: without the slack a tick that is a little early would double the spacing.
    long spacing = windowNs / STEPS - windowNs / STEPS / 8;
    if (newest >= 0 && now - times[newest] < spacing) {
      return;
    }
    newest = (newest + 1) % CAPACITY;
    times[newest] = now;
    counters[newest] = counter;
    count = Math.min(count + 1, CAPACITY);
  }

  private int oldest() {
    return Math.floorMod(newest - count + 1, CAPACITY);
  }
}
