package kifs.notifier;

/**
 * A counter's growth per second over a window that ends now. Keeps a bounded number of old samples,
 * evenly spread; a window is measured by the clock, never assumed. Not thread-safe.
 */
final class RateWindow {
  private static final double NS_PER_S = 1e9;

  /** Samples per window: the window's far end is off by at most a sixteenth of it. */
  private static final int STEPS = 16;

  private static final int CAPACITY = STEPS + 4;

  private final long windowNs;
  private final long[] times = new long[CAPACITY];
  private final double[] counters = new double[CAPACITY];
  private int count;
  private int newest = -1;

  RateWindow(long windowNs) {
    this.windowNs = windowNs;
  }

  /**
   * Adds a sample and tells the rate.
   *
   * @param bornNs when the counter began at 0; before that it counts as 0
   * @return per second. Until a whole window was seen it is what the growth so far would make of a
   *     whole window: a lower bound, see {@link #isWhole}
   */
  double add(long now, double counter, long bornNs) {
    if (count == 0 && now - bornNs <= windowNs) {
      // So the window stays whole when it outgrows the birth, before the first look is old enough.
      keep(bornNs, 0);
    }
    double rate;
    int base = base(now);
    if (now - bornNs <= windowNs) {
      rate = counter / windowNs * NS_PER_S;
    } else if (base >= 0) {
      rate = (counter - counters[base]) / (now - times[base]) * NS_PER_S;
    } else if (count > 0) {
      rate = (counter - counters[oldest()]) / windowNs * NS_PER_S;
    } else {
      rate = 0;
    }
    keep(now, counter);
    return rate;
  }

  /** Whether {@link #add} at that time would know the whole window. */
  boolean isWhole(long now, long bornNs) {
    return base(now) >= 0 || now - bornNs <= windowNs;
  }

  /** The rate since the last sample; NaN if there is none. */
  double recent(long now, double counter) {
    return newest < 0 || now <= times[newest]
        ? Double.NaN
        : (counter - counters[newest]) / (now - times[newest]) * NS_PER_S;
  }

  /** The newest sample that is as old as the window, half a step more or less; -1: none. */
  private int base(long now) {
    long latest = now - windowNs + windowNs / STEPS / 2;
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
