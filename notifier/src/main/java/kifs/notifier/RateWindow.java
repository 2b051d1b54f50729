package kifs.notifier;

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
  private long[] times = new long[STILL_CAPACITY];
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
  void add(long now, double counter, long bornNs) {
    boolean isYoung = now - bornNs <= windowNs;
    if (count == 0 && now - bornNs <= NEAR * windowNs) {
      // So the window stays complete when it outgrows the birth, before the first look is old
      // enough.
      keep(bornNs, 0);
    }
    int outside = newestNotAfter(now - windowNs);
    complete = isYoung || outside >= 0;
    if (isYoung) {
      all(counter);
    } else if (outside < 0) {
      all(count > 0 ? counter - counters[oldest()] : 0);
    } else {
      measure(now, counter, outside);
    }
    keep(now, counter);
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
    int inside = (outside + 1) % times.length;
    long shorter = isLast ? 0 : now - times[inside];
    double least = isLast ? 0 : counter - counters[inside];
    // Evenly between the two samples.
    all(least + (most - least) * (windowNs - shorter) / (longer - shorter));
    if (signed) {
      return;
    }
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
      int at = Math.floorMod(newest - i, times.length);
      if (times[at] <= latest) {
        return at;
      }
    }
    return -1;
  }

  private void keep(long now, double counter) {
    if (standsStill(counter)) {
      still(now, counter);
      return;
    }
    if (times.length == STILL_CAPACITY) {
      grow();
    } else if (newest >= 0 && now - times[newest] < spacingNs(windowNs)) {
      return;
    }
    newest = (newest + 1) % CAPACITY;
    times[newest] = now;
    counters[newest] = counter;
    count = Math.min(count + 1, CAPACITY);
  }

  /** Whether the counter is what it was in all samples. */
  private boolean standsStill(double counter) {
    for (int i = 0; i < count; i++) {
      if (counters[Math.floorMod(newest - i, times.length)] != counter) {
        return false;
      }
    }
    return true;
  }

  /** The first sample and the last one tell as much as all of them would. */
  private void still(long now, double counter) {
    long first = count > 0 ? times[oldest()] : now;
    if (times.length != STILL_CAPACITY) {
      times = new long[STILL_CAPACITY];
      counters = new double[STILL_CAPACITY];
    }
    newest = count == 0 ? 0 : 1;
    count = newest + 1;
    times[0] = first;
    times[newest] = now;
    Arrays.fill(counters, counter);
  }

  private void grow() {
    times = Arrays.copyOf(times, CAPACITY);
    counters = Arrays.copyOf(counters, CAPACITY);
  }

  private int oldest() {
    return Math.floorMod(newest - count + 1, times.length);
  }
}
