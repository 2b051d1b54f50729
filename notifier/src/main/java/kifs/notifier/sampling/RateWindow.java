package kifs.notifier.sampling;

import java.util.Arrays;
import kifs.notifier.metric.RecentRate;
import org.jspecify.annotations.Nullable;

/**
 * The growth of a counter per second, over a window that ends with the last sample. Keeps a bounded
 * number of earlier samples, evenly spread, and only two while the counter does not change. The
 * length of a window is measured by the clock. Not thread-safe.
 *
 * <p>The window's far end lies between two samples, and how the counter grew between them is
 * unknown. The rate assumes that it grew evenly. A steady load therefore has exactly its own rate.
 * For an unsteady one {@code atLeast} and {@code atMost} bound the rate, with a tolerance of a
 * tenth of the window (docs/notify.md 5.3).
 *
 * <p>A signed value, which can also shrink, is not a counter. It has no rate until the window is
 * full. Then the rate is the difference between both ends of the window, and has no bounds.
 */
final class RateWindow {
  private static final double NS_PER_S = 1e9;

  /** Samples kept per window. */
  private static final int STEPS = 16;

  /**
   * Samples are kept at least 7/8 of a step apart, so a window has at most 19 of them. One more is
   * needed before the window.
   */
  private static final int CAPACITY = STEPS + 4;

  /** While the counter does not change, the first sample and the last one are enough. */
  private static final int UNCHANGED_CAPACITY = 2;

  /**
   * By which part of its length a measured window may differ from the window that was asked for.
   */
  private static final double TOLERANCE = 0.1;

  /**
   * The longest gap between the two samples around the far end, as a part of the window, for which
   * the bounds always allow for uneven growth. In a longer gap, growth counts as even, unless the
   * measured window is within {@link #TOLERANCE} of the one that was asked for.
   */
  private static final double MAX_GAP = 2 * TOLERANCE;

  private final long windowNs;
  private final boolean signed;

  /** A ring of samples: boot times, ns. */
  private long[] timesNs = new long[UNCHANGED_CAPACITY];

  /** A ring of samples: values at {@link #timesNs}. */
  private double[] counters = new double[UNCHANGED_CAPACITY];

  private int count;
  private int newest = -1;
  private double rate;
  private double atLeast;
  private double atMost;
  private boolean complete;

  /**
   * @param windowNs the length of the window
   * @param signed whether the value may shrink
   */
  RateWindow(long windowNs, boolean signed) {
    this.windowNs = windowNs;
    this.signed = signed;
  }

  /**
   * Adds a sample. Afterwards {@link #measure} returns the rate of the window that ends with it.
   *
   * @param bornNs boot time at which the counter began at 0
   */
  void add(long nowNs, double counter, long bornNs) {
    boolean isYoung = nowNs - bornNs <= windowNs;
    if (count == 0 && nowNs - bornNs <= MAX_GAP * windowNs) {
      // The birth counts as a sample. So the window stays complete when it no longer
      // reaches back to the birth, though no sample is as old as the window yet.
      keep(bornNs, 0);
    }
    int outside = newestNotAfter(nowNs - windowNs);
    complete = isYoung || outside >= 0;
    if (isYoung) {
      setExact(counter);
    } else if (outside < 0) {
      setExact(count > 0 ? counter - counters[oldest()] : 0);
    } else {
      measure(nowNs, counter, outside);
    }
    keep(nowNs, counter);
  }

  /** Notes that the counter was unchanged up to that boot time. */
  void extendUnchanged(long untilNs) {
    if (count > 0) {
      keep(untilNs, counters[newest]);
    }
  }

  /** The shortest time between two samples that are kept, ns. */
  static long spacingNs(long windowNs) {
    // Ticks jitter. Without the slack of an eighth, a tick that is a little early would
    // not be kept, and the spacing would double.
    return windowNs / STEPS - windowNs / STEPS / 8;
  }

  /**
   * Sets the rate of the window, per second; unknown if the value is signed and the window is not
   * full.
   */
  void measure(Measure into) {
    if (signed) {
      double value = complete ? rate : Measure.UNKNOWN;
      into.setRate(value, value, value, complete);
    } else {
      into.setRate(rate, atLeast, atMost, complete);
    }
  }

  /** The rate since the last sample, per second; NaN if there is none. */
  double recentRate(long nowNs, double counter) {
    return newest < 0 || nowNs <= timesNs[newest]
        ? Double.NaN
        : (counter - counters[newest]) / (nowNs - timesNs[newest]) * NS_PER_S;
  }

  /**
   * The growth of the counter per second since the last sample, with the time since then; null if
   * there is none.
   */
  @Nullable RecentRate recent(long nowNs, double counter) {
    double perSecond = recentRate(nowNs, counter);
    return Double.isNaN(perSecond) ? null : new RecentRate(perSecond, nowNs - timesNs[newest]);
  }

  /** Sets a rate that needs no bounds. */
  private void setExact(double growth) {
    rate = growth / windowNs * NS_PER_S;
    atLeast = rate;
    atMost = rate;
  }

  /**
   * Measures the window when it lies between known samples.
   *
   * @param outside the index of the newest sample that is at least as old as the window
   */
  private void measure(long nowNs, double counter, int outside) {
    long longerNs = nowNs - timesNs[outside];
    double maxGrowth = counter - counters[outside];
    boolean isNewest = outside == newest;
    int inside = (outside + 1) % timesNs.length;
    long shorterNs = isNewest ? 0 : nowNs - timesNs[inside];
    double minGrowth = isNewest ? 0 : counter - counters[inside];
    // The rate assumes that the counter grew evenly between the two samples around the far
    // end.
    setExact(minGrowth + (maxGrowth - minGrowth) * (windowNs - shorterNs) / (longerNs - shorterNs));
    if (signed) {
      return;
    }
    double lowNs = (1 - TOLERANCE) * windowNs;
    double highNs = (1 + TOLERANCE) * windowNs;
    boolean isGapSmall = longerNs - shorterNs <= MAX_GAP * windowNs;
    if (isGapSmall || longerNs <= highNs) {
      atMost = Math.max(rate, maxGrowth / highNs * NS_PER_S);
    }
    if (isGapSmall || shorterNs >= lowNs) {
      atLeast = Math.min(rate, minGrowth / lowNs * NS_PER_S);
    }
  }

  /** Returns the index of the newest sample that is not later; -1: there is none. */
  private int newestNotAfter(long latestNs) {
    for (int i = 0; i < count; i++) {
      int index = Math.floorMod(newest - i, timesNs.length);
      if (timesNs[index] <= latestNs) {
        return index;
      }
    }
    return -1;
  }

  /** Keeps a sample, unless the last one that was kept is too recent. */
  private void keep(long nowNs, double counter) {
    if (isUnchanged(counter)) {
      keepUnchanged(nowNs, counter);
      return;
    }
    if (timesNs.length == UNCHANGED_CAPACITY) {
      grow();
    } else if (newest >= 0 && nowNs - timesNs[newest] < spacingNs(windowNs)) {
      return;
    }
    newest = (newest + 1) % CAPACITY;
    timesNs[newest] = nowNs;
    counters[newest] = counter;
    count = Math.min(count + 1, CAPACITY);
  }

  /** Whether all samples that are kept have this value. */
  private boolean isUnchanged(double counter) {
    for (int i = 0; i < count; i++) {
      if (counters[Math.floorMod(newest - i, timesNs.length)] != counter) {
        return false;
      }
    }
    return true;
  }

  /**
   * Keeps only the first sample and this one: while the counter does not change, they say as much
   * as all samples would.
   */
  private void keepUnchanged(long nowNs, double counter) {
    long firstNs = count > 0 ? timesNs[oldest()] : nowNs;
    if (timesNs.length != UNCHANGED_CAPACITY) {
      timesNs = new long[UNCHANGED_CAPACITY];
      counters = new double[UNCHANGED_CAPACITY];
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
