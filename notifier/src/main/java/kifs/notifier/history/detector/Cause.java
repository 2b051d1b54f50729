package kifs.notifier.history.detector;

/** What gave a score. */
enum Cause {
  /** Nothing is unusual. */
  NONE,
  /** Several values in a row. */
  VALUE,
  /** The average over about 4 samples. */
  AVERAGE_4,
  /** The average over about 16 samples. */
  AVERAGE_16,
  /** The average over about 64 samples. */
  AVERAGE_64,
  /** The average over about 256 samples. */
  AVERAGE_256,
  /** The greatest value of several blocks was too low, or the least too high. */
  EXTREMES,
  /** The series stayed on one side of its average for too long. */
  RUN;

  private static final Cause[] ALL = values();

  static Cause ofHorizon(int horizon) {
    return ALL[1 + horizon];
  }

  static Cause ofOrdinal(int ordinal) {
    return ALL[ordinal];
  }

  /** The horizon on which this was found. */
  int horizon() {
    return switch (this) {
      case NONE, VALUE -> 0;
      case EXTREMES -> 1;
      case RUN -> 1;
      default -> ordinal() - 1;
    };
  }
}
