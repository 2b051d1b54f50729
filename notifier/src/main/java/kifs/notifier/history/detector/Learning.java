package kifs.notifier.history.detector;

import static kifs.notifier.history.detector.Layout.AVERAGES;
import static kifs.notifier.history.detector.Layout.EXTREME;
import static kifs.notifier.history.detector.Layout.HELD;
import static kifs.notifier.history.detector.Layout.HORIZONS;
import static kifs.notifier.history.detector.Layout.INNER;
import static kifs.notifier.history.detector.Layout.OUTER;
import static kifs.notifier.history.detector.Layout.QUIET_AND_CAUSE;
import static kifs.notifier.history.detector.Layout.RUN;
import static kifs.notifier.history.detector.Layout.RUN_EXTREME;
import static kifs.notifier.history.detector.Layout.RUN_INNER;
import static kifs.notifier.history.detector.Layout.RUN_OUTER;
import static kifs.notifier.history.detector.Layout.RUN_USUAL;
import static kifs.notifier.history.detector.Layout.SHORTS;
import static kifs.notifier.history.detector.Layout.USUAL;

/** What a {@link SeriesStore} learns at the end of each block. Not thread-safe. */
final class Learning {
  /** The scale of Gumbel's extreme-value distribution, in its standard deviations. */
  private static final double GUMBEL = 0.78;

  /** How much deviations to one's own side count in the spread, and how much those to the other. */
  private static final double OWN_SIDE = 1.3;

  private static final double OTHER_SIDE = 0.5;

  /** A block may deviate by this many limits; what is more is not learned from it. */
  private static final double MAX_DEVIATION = 0.7;

  /** The same for the lengths of runs. */
  private static final double MAX_RUN_DEVIATION = 1;

  /** The first blocks are learned as they are. */
  private static final int TRUSTED_BLOCKS = 3;

  /** The least spread of the length of runs, in samples. */
  private static final double MIN_RUN_SPREAD = 20;

  /** With this many long blocks learned, limits are twice as wide as with very many. */
  private static final double DOUBT = 2;

  private final SeriesStore store;
  private final Tuning tuning;

  Learning(SeriesStore store) {
    this.store = store;
    tuning = store.tuning;
  }

  private int blockOf(int horizon) {
    return horizon == HORIZONS - 1 ? store.longBlock() : tuning.block();
  }

  /** How far beyond the usual extremes a value is just unusual, on the compressed scale. */
  double outerLimit(int base, int horizon, int side, int seen) {
    int at = base + 2 * horizon + side;
    double factor =
        horizon == 0
            ? tuning.rawFactor()
            : horizon == HORIZONS - 1 ? tuning.longFactor() : tuning.shortFactor();
    return limit(factor, store.decode(at + OUTER), store.decode(at + INNER), seen);
  }

  double runLimit(double outer, double inner, int seen) {
    return Math.max(MIN_RUN_SPREAD, tuning.runFactor() * GUMBEL * spread(outer, inner, seen));
  }

  /** What differs by less than the floor is not unusual. */
  double capped(double score, double value, double usual) {
    double least = tuning.minDifference();
    return least == 0
        ? score
        : Math.min(score, SeriesStore.UNUSUAL * Math.abs(value - usual) / least);
  }

  void endBlock(int index, int seen, boolean longEnd) {
    int base = index * SHORTS;
    store.state[base + HELD] = 0;
    for (int horizon = 0; horizon < HORIZONS; horizon++) {
      if (horizon == HORIZONS - 1 && !longEnd) {
        continue;
      }
      for (int side = 0; side < 2; side++) {
        learn(base, horizon, side, seen);
      }
      // The value itself isn't kept. Its average over the shortest horizon is near enough.
      store.restart(base, index * AVERAGES, horizon, store.averages[index * AVERAGES]);
    }
    for (int side = 0; side < 2; side++) {
      learnRun(base, side, seen);
    }
  }

  private void learn(int base, int horizon, int side, int seen) {
    int at = base + 2 * horizon + side;
    int blocks = seen / blockOf(horizon);
    double extreme = store.decode(at + EXTREME);
    double usual = Scale.compress(store.decode(at + USUAL));
    double deviation = Scale.compress(extreme) - usual;
    boolean inner = deviation < 0 == (side == 0);
    double outer2 = store.decode(at + OUTER);
    double inner2 = store.decode(at + INNER);
    if (horizon == 1
        && isQuiet(base, side, blocks, inner, deviation, extreme, inner2, outer2, seen)) {
      return;
    }
    double fade = Math.max(tuning.fade() * blockOf(horizon) / tuning.block(), 1.0 / blocks);
    if (blocks > TRUSTED_BLOCKS) {
      double most =
          MAX_DEVIATION
              * (inner
                  ? limit(tuning.innerFactor(), inner2, outer2, seen)
                  : outerLimit(base, horizon, side, seen));
      deviation = Math.max(-most, Math.min(most, deviation));
    }
    double square = (1 - fade) * fade * deviation * deviation;
    set(at + USUAL, Scale.expand(usual + fade * deviation), seen);
    set(at + OUTER, (1 - fade) * outer2 + (inner ? 0 : square), seen);
    set(at + INNER, (1 - fade) * inner2 + (inner ? square : 0), seen);
  }

  /**
   * Scores a maximum that is too low, or a minimum that is too high: a series that is usually
   * active in each block is silent, or one that usually pauses is always busy. Some blocks in a row
   * must agree, and are not learned until they do.
   *
   * @return whether the block is not to be learned
   */
  private boolean isQuiet(
      int base,
      int side,
      int blocks,
      boolean inner,
      double deviation,
      double extreme,
      double inner2,
      double outer2,
      int seen) {
    int shift = 4 * side;
    int before = store.state[base + QUIET_AND_CAUSE] >>> shift & 0xf;
    int count = 0;
    if (inner && blocks > tuning.minBlocks()) {
      double limit = limit(tuning.innerFactor(), inner2, outer2, seen);
      double usual = store.decode(base + USUAL + 2 + side);
      double score = capped(SeriesStore.UNUSUAL * Math.abs(deviation) / limit, extreme, usual);
      if (score >= SeriesStore.UNUSUAL) {
        count = Math.min(0xf, before + 1);
        if (count >= tuning.quietBlocks()) {
          double held = Math.min(score, SeriesStore.MAX_SCORE) * 100;
          store.state[base + HELD] = (short) (side == 0 ? -held : held);
        }
      }
    }
    store.state[base + QUIET_AND_CAUSE] =
        (short) (store.state[base + QUIET_AND_CAUSE] & ~(0xf << shift) | count << shift);
    return count > 0 && count < tuning.quietBlocks();
  }

  private void learnRun(int base, int side, int seen) {
    int blocks = seen / tuning.block();
    double outer2 = store.decode(base + RUN_OUTER + side);
    double inner2 = store.decode(base + RUN_INNER + side);
    double usual = store.decode(base + RUN_USUAL + side);
    double deviation = store.state[base + RUN_EXTREME + side] - usual;
    if (blocks > TRUSTED_BLOCKS) {
      double most = MAX_RUN_DEVIATION * runLimit(outer2, inner2, seen);
      deviation = Math.max(-most, Math.min(most, deviation));
    }
    double fade = Math.max(tuning.fade(), 1.0 / blocks);
    double square = (1 - fade) * fade * deviation * deviation;
    set(base + RUN_USUAL + side, usual + fade * deviation, seen);
    set(base + RUN_OUTER + side, (1 - fade) * outer2 + (deviation > 0 ? square : 0), seen);
    set(base + RUN_INNER + side, (1 - fade) * inner2 + (deviation > 0 ? 0 : square), seen);
    int run = store.state[base + RUN];
    store.state[base + RUN_EXTREME + side] = (short) Math.max(0, side == 0 ? run : -run);
  }

  private double limit(double factor, double own, double other, int seen) {
    return Math.max(tuning.minSpread(), factor * GUMBEL * spread(own, other, seen));
  }

  private double spread(double own, double other, int seen) {
    double doubt = 1 + DOUBT * store.longBlock() / (seen + 1);
    return doubt * Math.sqrt(OWN_SIDE * own + OTHER_SIDE * other);
  }

  private void set(int at, double value, int seen) {
    // The rounding must be even, not unpredictable. Equal samples give equal states.
    int random = (seen * 31 + at % SHORTS) * 0x9e3779b9;
    random ^= random >>> 15;
    store.state[at] = SmallFloat.encode(value, random * 0x85ebca6b >>> 8);
  }
}
