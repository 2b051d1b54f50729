package kifs.notifier.sampling;

import java.util.Arrays;

/**
 * A counter's growth per second over a window that ends now. Keeps a bounded number of old samples,
 * evenly spread, and only two while the counter stands still; a window is measured by the clock,
 * never assumed. Not thread-safe.
 *
 * <p>The window's far end lies between two samples, and what the counter did between them is not
 * known. A steady load is told exactly whatever one assumes; of an unsteady one {@code atLeast} and
 * {@code atMost} don't claim more than what is certain, give or take a tenth.
 *
 * <p>What can shrink as well as grow is no counter: before its window is full nothing is known, and
 * then it is what it is at both ends that counts.
 */
final class RateWindow {
  private static final double NS_PER_S = 1e9;

  /** Samples kept per window. */
  private static final int STEPS = 16;

  private static final int CAPACITY = STEPS + 4;
  private static final int STILL_CAPACITY = 2;

  /** How far from the window's length what was measured may be, and still stand for it. */
  private static final double TOLERANCE = 0.1;

  /** The part of a window of which it need not be known what happened when in it. */
  private static final double NEAR = 2 * TOLERANCE;

  private final long windowNs;
  private final boolean signed;
  private long[] timesNs = new long[STILL_CAPACITY];
  private double[] counters = new double[STILL_CAPACITY];
  private int count;
  private int newest = -1;
  private double rate;
  private double atLeast;
  private double atMost;
  private boolean complete;

  /**
   * @param signed whether it may shrink
   */
  RateWindow(long windowNs, boolean signed) {
    this.windowNs = windowNs;
    this.signed = signed;
  }

  /**
   * Adds a sample. Afterwards {@link #measure} gives the rate of the window that ends with it.
   *
   * @param bornNs when the counter began at 0; before that it counts as 0
   */
  void add(long nowNs, double counter, long bornNs) {
    boolean isYoung = nowNs - bornNs <= windowNs;
    if (count == 0 && nowNs - bornNs <= NEAR * windowNs) {
      // So the window stays complete when it outgrows the birth, before the first look is old
      // enough.
      keep(bornNs, 0);
    }
    int outside = newestNotAfter(nowNs - windowNs);
    complete = isYoung || outside >= 0;
    if (isYoung) {
      all(counter);
    } else if (outside < 0) {
      all(count > 0 ? counter - counters[oldest()] : 0);
    } else {
      measure(nowNs, counter, outside);
    }
    keep(nowNs, counter);
  }

  /** The counter was still the same at that later time. */
  void stood(long untilNs) {
    if (count > 0) {
      keep(untilNs, counters[newest]);
    }
  }

  /** Up to so much later than a sample that was kept none is. */
  static long spacingNs(long windowNs) {
    // Ticks jitter: without the slack a tick that is a little early would double the spacing.
    return windowNs / STEPS - windowNs / STEPS / 8;
  }

  /** Sets the rate of the window, per second. */
  void measure(Measure into) {
    if (signed) {
      double known = complete ? rate : Measure.UNKNOWN;
      into.setRate(known, known, known, complete);
    } else {
      into.setRate(rate, atLeast, atMost, complete);
    }
  }

  /** The rate since the last sample; NaN if there is none. */
  double recent(long nowNs, double counter) {
    return newest < 0 || nowNs <= timesNs[newest]
        ? Double.NaN
        : (counter - counters[newest]) / (nowNs - timesNs[newest]) * NS_PER_S;
  }

  private void all(double growth) {
    rate = growth / windowNs * NS_PER_S;
    atLeast = rate;
    atMost = rate;
  }

  /**
   * @param outside the newest sample that is as old as the window, or older
   */
  private void measure(long nowNs, double counter, int outside) {
    long longerNs = nowNs - timesNs[outside];
    double most = counter - counters[outside];
    boolean isLast = outside == newest;
    int inside = (outside + 1) % timesNs.length;
    long shorterNs = isLast ? 0 : nowNs - timesNs[inside];
    double least = isLast ? 0 : counter - counters[inside];
    // Evenly between the two samples.
    all(least + (most - least) * (windowNs - shorterNs) / (longerNs - shorterNs));
    if (signed) {
      return;
    }
    double lowNs = (1 - TOLERANCE) * windowNs;
    double highNs = (1 + TOLERANCE) * windowNs;
    boolean isNear = longerNs - shorterNs <= NEAR * windowNs;
    if (isNear || longerNs <= highNs) {
      atMost = Math.max(rate, most / highNs * NS_PER_S);
    }
    if (isNear || shorterNs >= lowNs) {
      atLeast = Math.min(rate, least / lowNs * NS_PER_S);
    }
  }

  /** -1: none. */
  private int newestNotAfter(long latestNs) {
    for (int i = 0; i < count; i++) {
      int at = Math.floorMod(newest - i, timesNs.length);
      if (timesNs[at] <= latestNs) {
        return at;
      }
    }
    return -1;
  }

  private void keep(long nowNs, double counter) {
    if (standsStill(counter)) {
      still(nowNs, counter);
      return;
    }
    if (timesNs.length == STILL_CAPACITY) {
      grow();
    } else if (newest >= 0 && nowNs - timesNs[newest] < spacingNs(windowNs)) {
      return;
    }
    newest = (newest + 1) % CAPACITY;
    timesNs[newest] = nowNs;
    counters[newest] = counter;
    count = Math.min(count + 1, CAPACITY);
  }

  /** Whether the counter is what it was in all samples. */
  private boolean standsStill(double counter) {
    for (int i = 0; i < count; i++) {
      if (counters[Math.floorMod(newest - i, timesNs.length)] != counter) {
        return false;
      }
    }
    return true;
  }

  /** The first sample and the last one tell as much as all of them would. */
  private void still(long nowNs, double counter) {
    long firstNs = count > 0 ? timesNs[oldest()] : nowNs;
    if (timesNs.length != STILL_CAPACITY) {
      timesNs = new long[STILL_CAPACITY];
      counters = new double[STILL_CAPACITY];
    }
    newest = count == 0 ? 0 : 1;
    count = newest + 1;
    timesNs[0] = firstNs;
    timesNs[newest] = nowNs;
    Arrays.fill(counters, counter);
  }

  private void grow() {
    timesNs = Arrays.copyOf(timesNs, CAPACITY);
    counters = Arrays.copyOf(counters, CAPACITY);
  }

  private int oldest() {
    return Math.floorMod(newest - count + 1, timesNs.length);
  }
}
