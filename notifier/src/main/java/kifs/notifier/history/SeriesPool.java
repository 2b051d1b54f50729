package kifs.notifier.history;

import java.util.Arrays;
import kifs.notifier.history.detector.Explanation;
import kifs.notifier.history.detector.SeriesStore;

/**
 * The series of all entities: what the detector has learned of each, and the samples that are kept.
 * A series is a number. Released ones are used again, and there is a maximum, so that the memory is
 * bounded. Not thread-safe.
 */
final class SeriesPool {
  /** No series. */
  static final int NONE = -1;

  /** The series of something that is always 0, from which constant ones are made. */
  private static final int QUIET = 0;

  private static final int FIRST_CAPACITY = 256;

  /** Less than this part of the floor is 0. */
  private static final double LEAST = 0x1p-20;

  private final int max;
  private final SeriesStore store;
  private final Rings rings;
  private float[] last = {};
  private int[] free = {};
  private int freeCount;
  private int capacity;
  private long refused;
  private long nowNs;

  /**
   * @param maxBytes the maximum memory of all series, in bytes
   */
  SeriesPool(long intervalNs, long maxBytes) {
    rings = new Rings(intervalNs);
    int bytes = SeriesStore.BYTES_PER_SERIES + rings.bytesPerSeries() + Float.BYTES + Integer.BYTES;
    max = (int) Math.max(maxBytes / bytes, FIRST_CAPACITY);
    store = new SeriesStore(0, intervalNs);
    grow(FIRST_CAPACITY);
    freeCount--;
    store.clear(QUIET);
  }

  private void grow(int newCapacity) {
    store.ensureCapacity(newCapacity);
    rings.ensureCapacity(newCapacity);
    last = Arrays.copyOf(last, newCapacity);
    free = Arrays.copyOf(free, newCapacity);
    for (int i = newCapacity - 1; i >= capacity; i--) {
      free[freeCount++] = i;
    }
    capacity = newCapacity;
  }

  Rings rings() {
    return rings;
  }

  /** The maximum number of series. */
  int max() {
    return max;
  }

  /** The number of series in use. */
  int used() {
    return capacity - freeCount;
  }

  /** How many series could not be begun because there were too many already. */
  long refused() {
    return refused;
  }

  void beginSample(long boottimeNs) {
    nowNs = boottimeNs;
    store.update(QUIET, nowNs, 0, 1);
    rings.beginSample(nowNs);
  }

  void finishSample() {
    rings.finishSample();
  }

  /** Begins a series without any sample; {@link #NONE} if there are too many. */
  int acquire() {
    return acquire(Double.NaN);
  }

  private int acquire(double before) {
    if (freeCount == 0 && capacity < max) {
      grow(Math.min(max, capacity * 2));
    }
    if (freeCount == 0) {
      refused++;
      return NONE;
    }
    int index = free[--freeCount];
    store.clear(index);
    rings.begin(index, before);
    last[index] = 0;
    return index;
  }

  /**
   * Begins a series of something that has always had the same value.
   *
   * @param samples how many samples it has had
   * @param before the value, in floors
   */
  int acquireConstant(int samples, double before) {
    int index = acquire(before);
    if (index != NONE) {
      store.setConstant(index, QUIET, samples, before);
    }
    return index;
  }

  /**
   * Begins a series with what another one has learned.
   *
   * @param before the value that it has had until now, in floors
   */
  int acquireFrom(int template, double before) {
    int index = acquire(before);
    if (index != NONE) {
      store.derive(index, template);
    }
    return index;
  }

  /** Forgets what a series has learned, but not the samples that are kept. */
  void relearn(int index) {
    store.clear(index);
  }

  void release(int index) {
    free[freeCount++] = index;
  }

  /** Adds what a series has learned to another one, which has no samples of its own. */
  void absorb(int into, int index) {
    store.absorb(into, index);
  }

  /** Takes a sample of a series. */
  void put(int index, double value, double floor) {
    last[index] = (float) value;
    rings.put(index, value / floor);
    store.update(index, nowNs, value, floor);
  }

  /** Notes that there is no sample of a series now. */
  void skip(int index) {
    rings.put(index, Double.NaN);
  }

  /** Whether the score is because the present is less than usual. */
  boolean isBelow(int index) {
    return store.isBelow(index);
  }

  double score(int index) {
    return store.score(index);
  }

  int samples(int index) {
    return store.samples(index);
  }

  /** The last value, in the metric's unit. */
  double last(int index) {
    return last[index];
  }

  /**
   * Why the series has its score. Where the present value alone shows it, that value is told, and
   * not an average, in which a spike is cut off.
   */
  Explanation explain(int index, double floor) {
    Explanation why = store.explain(index, last[index], floor);
    double low = clean(store.usualLow(index, floor), floor);
    double high = clean(store.usualHigh(index, floor), floor);
    boolean isHigh = why.now() > why.usualHigh() && last[index] > high;
    boolean isLow = why.now() < why.usualLow() && last[index] < low;
    return isHigh || isLow
        ? new Explanation(why.score(), last[index], low, high)
        : new Explanation(
            why.score(), why.now(), clean(why.usualLow(), floor), clean(why.usualHigh(), floor));
  }

  /** The detector's numbers have no zero, only a least magnitude. */
  private static double clean(double value, double floor) {
    return Math.abs(value) < floor * LEAST ? 0 : value;
  }

  /** What is usual for a series, in the metric's unit. */
  KeptSamples.Range range(int index, double floor) {
    return new KeptSamples.Range(
        clean(store.usualLow(index, floor), floor),
        clean(store.usualHigh(index, floor), floor),
        store.score(index),
        store.isReady(index));
  }
}
