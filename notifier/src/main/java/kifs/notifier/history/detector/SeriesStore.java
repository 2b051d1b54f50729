package kifs.notifier.history.detector;

import static kifs.notifier.history.detector.Layout.AVERAGES;
import static kifs.notifier.history.detector.Layout.EXTREME;
import static kifs.notifier.history.detector.Layout.HELD;
import static kifs.notifier.history.detector.Layout.HORIZONS;
import static kifs.notifier.history.detector.Layout.POSITION;
import static kifs.notifier.history.detector.Layout.QUIET_AND_CAUSE;
import static kifs.notifier.history.detector.Layout.SCORE;
import static kifs.notifier.history.detector.Layout.SHORTS;
import static kifs.notifier.history.detector.Layout.USUAL;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The detector: for each of many series, what is usual, and how far the present is from it. A
 * series takes {@link #BYTES_PER_SERIES} bytes in primitive arrays and has no object of its own. An
 * update costs constant time and allocates nothing. Not thread-safe.
 *
 * <p>A series is identified by its index. The caller decides which entity and metric an index
 * stands for, and calls {@link #clear} or {@link #derive} before an index is used for another.
 *
 * <p>How it works, in short (docs/unusual.md has the reasons): the value and its averages over four
 * horizons are compared with the extremes that they usually reach in a block of samples. Their mean
 * and spread are learned, separately above and below, on a compressed scale. Another statistic is
 * how long the series stays on one side of its average. A score of 6 is what a series reaches by
 * itself less than once in 10 million samples, by the extreme-value distribution of what it did so
 * far.
 */
public final class SeriesStore {
  public static final int BYTES_PER_SERIES =
      SHORTS * Short.BYTES + AVERAGES * Float.BYTES + Integer.BYTES;

  /** A score is at most this. */
  public static final double MAX_SCORE = 320;

  /** The score from which on something is unusual, if nothing else is asked for. */
  public static final double UNUSUAL = 6;

  private static final double[] WEIGHTS = {1 / 5.0, 1 / 17.0, 1 / 65.0, 1 / 257.0};

  private static final int POSITION_BITS = 9;
  private static final int POSITION_MASK = (1 << POSITION_BITS) - 1;
  private static final int MAX_LONG_BLOCKS = 127;

  /** From this many samples on, no average is a plain mean any more. */
  private static final int MEMORY = 256;

  final Tuning tuning;
  final Learning learning;
  private final Scoring scoring;

  private final double perInterval;
  private final int shortReady;
  private final int longReady;
  private final int limitedAfter;
  private final int longBlock;

  /** Whether a block ends after so many samples of a long block. */
  private final boolean[] endsBlock;

  short[] state;
  float[] averages;

  /** When the last sample was taken, in units of 2<sup>20</sup> ns, modulo 2<sup>32</sup>. */
  private int[] times;

  /**
   * For the samples of one metric of many entities, with {@code intervalNs} between two samples.
   */
  public SeriesStore(int capacity, long intervalNs) {
    this(capacity, Tuning.host(intervalNs));
  }

  SeriesStore(int capacity, Tuning tuning) {
    this.tuning = tuning;
    longBlock = tuning.block() * tuning.blocksPerLongBlock();
    shortReady = tuning.minBlocks() * tuning.block();
    longReady = tuning.minBlocks() * longBlock;
    limitedAfter = 2 * tuning.block();
    endsBlock = new boolean[longBlock + 1];
    for (int end = tuning.block(); end <= longBlock; end += tuning.block()) {
      endsBlock[end] = true;
    }
    perInterval = 1.0 / tuning.intervalNs();
    learning = new Learning(this);
    scoring = new Scoring(this);
    state = new short[capacity * SHORTS];
    averages = new float[capacity * AVERAGES];
    times = new int[capacity];
  }

  public int capacity() {
    return times.length;
  }

  /** Makes the store larger; it never becomes smaller. What the series learned is kept. */
  public void ensureCapacity(int capacity) {
    if (capacity > times.length) {
      state = Arrays.copyOf(state, capacity * SHORTS);
      averages = Arrays.copyOf(averages, capacity * AVERAGES);
      times = Arrays.copyOf(times, capacity);
    }
  }

  /** Forgets a series: its index then stands for one without any sample. */
  public void clear(int index) {
    Arrays.fill(state, index * SHORTS, (index + 1) * SHORTS, (short) 0);
    Arrays.fill(averages, index * AVERAGES, (index + 1) * AVERAGES, 0);
    times[index] = 0;
  }

  /**
   * Takes a sample.
   *
   * @param timeNs when it was taken; a clock that steps or a gap does not matter
   * @param value in the series' unit; a sample that is not a finite number is ignored
   * @param floor the least difference that matters, in the same unit and greater than 0. It is the
   *     same in all calls for a series.
   * @return the score, from 0 to {@link #MAX_SCORE}: how many spreads the present is from what is
   *     usual. From {@link #UNUSUAL} on it is unusual. It is 0 while too little is known, and may
   *     be 0 where it is less than 1.
   */
  public double update(int index, long timeNs, double value, double floor) {
    if (!Double.isFinite(value)) {
      return score(index);
    }
    double weight = weight(index, timeNs);
    double scaled = value / floor;
    int base = index * SHORTS;
    int seen = seen(base);
    if (state[base + POSITION] == 0) {
      begin(index, scaled);
    }
    boolean ready = seen >= shortReady;
    double best = 0;
    int side = 0;
    Cause cause = Cause.NONE;

    stretch(base, 0, scaled);
    double persisted = ready ? scoring.persisted(base, scaled, seen) : 0;
    if (persisted != 0) {
      best = Math.abs(persisted);
      side = persisted < 0 ? 1 : 0;
      cause = Cause.VALUE;
    }
    double input = seen < limitedAfter ? scaled : scoring.cut(base, 0, scaled, seen);
    int averageBase = index * AVERAGES;
    for (int horizon = 1; horizon < HORIZONS; horizon++) {
      double step = stepOf(horizon, weight);
      if (seen < MEMORY) {
        step = Math.max(step, 1.0 / (seen + 1));
      }
      double average = averages[averageBase + horizon - 1];
      average += step * (input - average);
      averages[averageBase + horizon - 1] = (float) average;
      stretch(base, horizon, average);
      input = average;
      boolean last = horizon == HORIZONS - 1;
      if (ready && (!last || seen >= longReady)) {
        double distance = scoring.distance(base, horizon, average, seen);
        if (distance != 0) {
          input = last ? average : scoring.cut(base, horizon, average, seen);
          if (Math.abs(distance) > best) {
            best = Math.abs(distance);
            side = distance < 0 ? 1 : 0;
            cause = Cause.ofHorizon(horizon);
          }
        }
      } else if (!last && seen >= limitedAfter) {
        input = scoring.cut(base, horizon, average, seen);
      }
    }
    double run = scoring.run(base, averageBase, scaled, best, seen, ready);
    if (Math.abs(run) > best) {
      best = Math.abs(run);
      side = run < 0 ? 1 : 0;
      cause = Cause.RUN;
    }
    int held = state[base + HELD];
    if (ready && Math.abs(held) > best * 100) {
      best = Math.abs(held) / 100.0;
      side = held < 0 ? 1 : 0;
      cause = Cause.EXTREMES;
    }
    best = Math.min(best, MAX_SCORE);
    state[base + SCORE] = (short) (best * (side == 0 ? 100 : -100));
    state[base + QUIET_AND_CAUSE] =
        (short) (state[base + QUIET_AND_CAUSE] & 0xff | cause.ordinal() << 8);
    advance(index, base, seen + 1);
    return best;
  }

  /** The score of the last sample. */
  public double score(int index) {
    return Math.abs(state[index * SHORTS + SCORE]) / 100.0;
  }

  /** How many samples the series has had, as far as it matters: at most about 60,000. */
  public int samples(int index) {
    return seen(index * SHORTS);
  }

  /**
   * Why the series has its score.
   *
   * @param value the present value, in the series' unit
   * @param floor as in {@link #update}
   */
  public Explanation explain(int index, double value, double floor) {
    int base = index * SHORTS;
    Cause cause = Cause.ofOrdinal(state[base + QUIET_AND_CAUSE] >>> 8);
    int horizon = cause.horizon();
    double now = horizon == 0 ? value : averages[index * AVERAGES + horizon - 1] * floor;
    return new Explanation(
        score(index), now, usual(base, horizon, 1) * floor, usual(base, horizon, 0) * floor);
  }

  /** Whether the last score is because the present is less than usual. */
  public boolean isBelow(int index) {
    return state[index * SHORTS + SCORE] < 0;
  }

  /** Whether enough samples were learned to score the present one. */
  public boolean isReady(int index) {
    return samples(index) >= shortReady;
  }

  /**
   * The least value that is usual, in the series' unit.
   *
   * @param floor as in {@link #update}
   */
  public double usualLow(int index, double floor) {
    return usual(index * SHORTS, 0, 1) * floor;
  }

  /** The greatest value that is usual; see {@link #usualLow}. */
  public double usualHigh(int index, double floor) {
    return usual(index * SHORTS, 0, 0) * floor;
  }

  /**
   * Starts a series with what is usual for its kind, such as for its executable and user.
   *
   * @param from a series of this store, such as one that {@link #absorb} collects in
   */
  public void derive(int index, int from) {
    new Inheritance(this).derive(index, from);
    times[index] = 0;
  }

  /**
   * Makes a series one that has always had the same value.
   *
   * @param zero a series of this store that was always 0
   * @param samples how many samples the series has had, at most as many as {@code zero}
   * @param value in floors
   */
  public void setConstant(int index, int zero, int samples, double value) {
    int base = index * SHORTS;
    System.arraycopy(state, zero * SHORTS, state, base, SHORTS);
    short code = SmallFloat.encode(value);
    Arrays.fill(state, base + EXTREME, base + EXTREME + 2 * HORIZONS, code);
    Arrays.fill(state, base + USUAL, base + USUAL + 2 * HORIZONS, code);
    Arrays.fill(averages, index * AVERAGES, (index + 1) * AVERAGES, (float) value);
    times[index] = times[zero];
    setSeen(base, Math.min(samples, samples(zero)));
  }

  /**
   * Adds what a series has learned to what is usual for its kind. A series that knows more counts
   * for more.
   *
   * @param index the series that collects; it has no samples of its own
   */
  public void absorb(int index, int from) {
    new Inheritance(this).absorb(index, from);
  }

  /** Writes a series, {@link #BYTES_PER_SERIES} bytes, so that it outlives the daemon. */
  public void write(int index, ByteBuffer out) {
    for (int i = 0; i < SHORTS; i++) {
      out.putShort(state[index * SHORTS + i]);
    }
    for (int i = 0; i < AVERAGES; i++) {
      out.putFloat(averages[index * AVERAGES + i]);
    }
    out.putInt(times[index]);
  }

  /** Reads what {@link #write} wrote. */
  public void read(int index, ByteBuffer in) {
    for (int i = 0; i < SHORTS; i++) {
      state[index * SHORTS + i] = in.getShort();
    }
    for (int i = 0; i < AVERAGES; i++) {
      averages[index * AVERAGES + i] = in.getFloat();
    }
    times[index] = in.getInt();
  }

  double usual(int base, int horizon, int side) {
    return decode(base + USUAL + 2 * horizon + side);
  }

  /** A number of the state. */
  double decode(int at) {
    return SmallFloat.decode(state[at]);
  }

  int seen(int base) {
    int position = state[base + POSITION] & 0xffff;
    return (position >>> POSITION_BITS) * longBlock + (position & POSITION_MASK);
  }

  int longBlock() {
    return longBlock;
  }

  /** As if the series had had this many samples. */
  void setSeen(int base, int samples) {
    int longBlocks = Math.min(MAX_LONG_BLOCKS, samples / longBlock());
    state[base + POSITION] = (short) (longBlocks << POSITION_BITS | samples % longBlock());
  }

  /** The extremes of a new block are those of its first sample. */
  void restart(int base, int averageBase, int horizon, double value) {
    double now = horizon == 0 ? value : averages[averageBase + horizon - 1];
    state[base + EXTREME + 2 * horizon] = SmallFloat.encode(now);
    state[base + EXTREME + 2 * horizon + 1] = SmallFloat.encode(now);
  }

  private void begin(int index, double scaled) {
    for (int i = 0; i < AVERAGES; i++) {
      averages[index * AVERAGES + i] = (float) scaled;
    }
    for (int horizon = 0; horizon < HORIZONS; horizon++) {
      restart(index * SHORTS, index * AVERAGES, horizon, scaled);
    }
  }

  /** How much a sample counts: half of one taken after half of the interval; 1 after a gap. */
  private double weight(int index, long timeNs) {
    int time = (int) (timeNs >> 20);
    long passedNs = (long) (time - times[index]) << 20;
    times[index] = time;
    double weight = passedNs * perInterval;
    return weight >= 0.1 && weight <= 2 ? weight : 1;
  }

  private static double stepOf(int horizon, double weight) {
    double step = WEIGHTS[horizon - 1];
    return weight > 0.98 && weight < 1.02 ? step : weight * step / (1 + (weight - 1) * step);
  }

  private void stretch(int base, int horizon, double value) {
    int at = base + EXTREME + 2 * horizon;
    if (value > decode(at)) {
      state[at] = SmallFloat.encode(value);
    }
    if (value < decode(at + 1)) {
      state[at + 1] = SmallFloat.encode(value);
    }
  }

  private void advance(int index, int base, int seen) {
    int position = state[base + POSITION] & 0xffff;
    int longBlocks = position >>> POSITION_BITS;
    int inLongBlock = (position & POSITION_MASK) + 1;
    boolean longEnd = inLongBlock == longBlock;
    if (endsBlock[inLongBlock]) {
      learning.endBlock(index, seen, longEnd);
    }
    if (longEnd) {
      inLongBlock = 0;
      longBlocks = Math.min(MAX_LONG_BLOCKS, longBlocks + 1);
    }
    state[base + POSITION] = (short) (longBlocks << POSITION_BITS | inLongBlock);
  }
}
