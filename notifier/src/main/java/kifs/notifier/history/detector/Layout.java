package kifs.notifier.history.detector;

/**
 * Where the state of a series is among the 16-bit numbers that a {@link SeriesStore} keeps for it.
 * An up side is followed by its down side.
 */
final class Layout {
  /** The value itself, and its averages over 4, 16, 64 and 256 samples. */
  static final int HORIZONS = 5;

  /** The averages, which are kept as floats beside the 16-bit numbers. */
  static final int AVERAGES = HORIZONS - 1;

  /** The greatest and the least value in the present block. */
  static final int EXTREME = 0;

  /** The mean of the extremes of earlier blocks. */
  static final int USUAL = EXTREME + 2 * HORIZONS;

  /** The mean square by which extremes were farther out than usual, on the compressed scale. */
  static final int OUTER = USUAL + 2 * HORIZONS;

  /** The mean square by which extremes were less far out than usual. */
  static final int INNER = OUTER + 2 * HORIZONS;

  /** Samples since the value was last on the other side of its average; negative if below. */
  static final int RUN = INNER + 2 * HORIZONS;

  /** The longest run in the present block. */
  static final int RUN_EXTREME = RUN + 1;

  static final int RUN_USUAL = RUN_EXTREME + 2;
  static final int RUN_OUTER = RUN_USUAL + 2;
  static final int RUN_INNER = RUN_OUTER + 2;

  /** The last score, in hundredths; its sign is the side. */
  static final int SCORE = RUN_INNER + 2;

  /** The score of the last block's inner sides, in hundredths; its sign is the side. */
  static final int HELD = SCORE + 1;

  /**
   * The score of the last values, in hundredths, as far as it has persisted; its sign is the side.
   */
  static final int PERSISTED = HELD + 1;

  /**
   * 4 bits for each side: how many blocks in a row were odd on the inside. 8 bits: the {@link
   * Cause} of the last score.
   */
  static final int QUIET_AND_CAUSE = PERSISTED + 1;

  /** 9 bits: samples in the present long block. 7 bits: long blocks before, at most 127. */
  static final int POSITION = QUIET_AND_CAUSE + 1;

  static final int SHORTS = POSITION + 1;

  private Layout() {}
}
