package kifs.notifier.history;

import java.util.Arrays;
import kifs.notifier.history.detector.SmallFloat;
import org.jspecify.annotations.Nullable;

/**
 * The samples that are kept of each series: those of the last minute, the means of each minute of
 * the last hour, and of each quarter of an hour of the last day. All series are sampled at the same
 * times, so the times are kept once. Not thread-safe.
 */
final class Rings {
  /** The three resolutions, from the finest on. */
  enum Step {
    SAMPLE,
    MINUTE,
    QUARTER
  }

  private static final int MINUTES = 60;
  private static final int QUARTERS = 96;

  /** No number has this code. */
  private static final short ABSENT = Short.MIN_VALUE;

  private static final long MINUTE_NS = 60_000_000_000L;
  private static final int MINUTES_PER_QUARTER = 15;
  private static final long QUARTER_NS = MINUTES_PER_QUARTER * MINUTE_NS;
  private static final long MIN_SAMPLES = 20;
  private static final long MAX_SAMPLES = 600;

  /** The boot times at which the values of one resolution end. */
  private static final class Times {
    private final long[] endNs;
    private int count;

    Times(int capacity) {
      endNs = new long[capacity];
    }

    int next() {
      return count % endNs.length;
    }

    void add(long atNs) {
      endNs[next()] = atNs;
      count++;
    }

    int kept() {
      return Math.min(count, endNs.length);
    }
  }

  private final long intervalNs;

  /** By resolution. */
  private final Times[] times;

  /** Where the values of a resolution begin among those of a series. */
  private final int[] begins;

  /** The number of values that are kept of a series. */
  private final int values;

  private long minuteBeganNs = -1;
  private int minutesInQuarter;
  private long sampleNs;

  private short[] @Nullable [] kept = new short[0][];
  private float[] minuteSums = {};
  private short[] minuteCounts = {};
  private float[] quarterSums = {};
  private short[] quarterCounts = {};

  /**
   * @param intervalNs the time between two samples; the samples of a minute are kept
   */
  Rings(long intervalNs) {
    this.intervalNs = intervalNs;
    int samples = (int) Math.max(MIN_SAMPLES, Math.min(MAX_SAMPLES, MINUTE_NS / intervalNs));
    times = new Times[] {new Times(samples), new Times(MINUTES), new Times(QUARTERS)};
    begins = new int[] {0, samples, samples + MINUTES};
    values = samples + MINUTES + QUARTERS;
  }

  /** The memory that a series takes, in bytes. */
  int bytesPerSeries() {
    return values * Short.BYTES + 2 * Float.BYTES + 2 * Short.BYTES;
  }

  void ensureCapacity(int capacity) {
    kept = Arrays.copyOf(kept, capacity);
    minuteSums = Arrays.copyOf(minuteSums, capacity);
    minuteCounts = Arrays.copyOf(minuteCounts, capacity);
    quarterSums = Arrays.copyOf(quarterSums, capacity);
    quarterCounts = Arrays.copyOf(quarterCounts, capacity);
  }

  /**
   * Begins a series.
   *
   * @param before the value that it has had until now, in floors; NaN: it is not known
   */
  void begin(int index, double before) {
    short[] ring = kept[index];
    if (ring == null) {
      ring = new short[values];
      kept[index] = ring;
    }
    Arrays.fill(ring, Double.isNaN(before) ? ABSENT : SmallFloat.encode(before));
    minuteSums[index] = 0;
    minuteCounts[index] = 0;
    quarterSums[index] = 0;
    quarterCounts[index] = 0;
  }

  /** Begins a sample; then {@link #put} is called for every series that is in use. */
  void beginSample(long nowNs) {
    sampleNs = nowNs;
    if (minuteBeganNs < 0) {
      minuteBeganNs = nowNs;
    }
  }

  /**
   * Keeps a value.
   *
   * @param value in floors; NaN: it is not known
   */
  void put(int index, double value) {
    short[] ring = kept[index];
    if (ring == null) {
      return;
    }
    boolean known = !Double.isNaN(value);
    ring[times[0].next()] = known ? SmallFloat.encode(value) : ABSENT;
    if (known) {
      minuteSums[index] += (float) value;
      minuteCounts[index]++;
    }
  }

  /** Ends a sample, and with it a minute or a quarter of an hour where one is over. */
  void finishSample() {
    times[0].add(sampleNs);
    if (sampleNs - minuteBeganNs < MINUTE_NS) {
      return;
    }
    // A time in which nothing was sampled makes a minute longer, and is not filled.
    minuteBeganNs = sampleNs;
    minutesInQuarter++;
    boolean endsQuarter = minutesInQuarter == MINUTES_PER_QUARTER;
    for (int i = 0; i < kept.length; i++) {
      short[] ring = kept[i];
      if (ring != null) {
        finishMinute(i, ring);
        if (endsQuarter) {
          finishQuarter(i, ring);
        }
      }
    }
    times[1].add(sampleNs);
    if (endsQuarter) {
      times[2].add(sampleNs);
      minutesInQuarter = 0;
    }
  }

  private void finishMinute(int index, short[] ring) {
    int at = begins[1] + times[1].next();
    if (minuteCounts[index] == 0) {
      ring[at] = ABSENT;
      return;
    }
    float mean = minuteSums[index] / minuteCounts[index];
    ring[at] = SmallFloat.encode(mean);
    quarterSums[index] += mean;
    quarterCounts[index]++;
    minuteSums[index] = 0;
    minuteCounts[index] = 0;
  }

  private void finishQuarter(int index, short[] ring) {
    int at = begins[2] + times[2].next();
    ring[at] =
        quarterCounts[index] == 0
            ? ABSENT
            : SmallFloat.encode(quarterSums[index] / quarterCounts[index]);
    quarterSums[index] = 0;
    quarterCounts[index] = 0;
  }

  /** The number of values of one resolution. */
  int count(Step step) {
    return times[step.ordinal()].kept();
  }

  /**
   * The boot time at which a value ends, ns.
   *
   * @param back 0 is the newest
   */
  long endNs(Step step, int back) {
    Times of = times[step.ordinal()];
    return of.endNs[slot(of, back)];
  }

  /** The usual interval of samples, ns. */
  long intervalNs() {
    return intervalNs;
  }

  /**
   * The time that a value is about, ns.
   *
   * @param back 0 is the newest
   */
  long lengthNs(Step step, int back) {
    return switch (step) {
      case SAMPLE ->
          back + 1 < count(step) ? endNs(step, back) - endNs(step, back + 1) : intervalNs;
      case MINUTE -> MINUTE_NS;
      case QUARTER -> QUARTER_NS;
    };
  }

  private static int slot(Times of, int back) {
    return (of.count - 1 - back) % of.endNs.length;
  }

  /** The value in floors; NaN: it is not known. */
  double value(int index, Step step, int back) {
    short[] ring = kept[index];
    if (ring == null) {
      return Double.NaN;
    }
    short code = ring[begins[step.ordinal()] + slot(times[step.ordinal()], back)];
    return code == 0 ? 0 : code == ABSENT ? Double.NaN : SmallFloat.decode(code);
  }
}
