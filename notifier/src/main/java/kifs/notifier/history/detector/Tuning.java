package kifs.notifier.history.detector;

/**
 * The constants of the detector. docs/unusual.md says how they were chosen.
 *
 * @param intervalNs the usual interval between two samples, in nanoseconds
 * @param block samples per block. Each block gives one greatest and one least value of each horizon
 * @param blocksPerLongBlock blocks per block of the longest horizon
 * @param minBlocks blocks that must have been learned before anything is scored
 * @param fade the weight of a new block in what is learned
 * @param rawFactor how many spreads of the extremes a single value may exceed their mean
 * @param shortFactor the same for the averages over short horizons
 * @param longFactor the same for the average over the longest horizon
 * @param innerFactor the same for a maximum that is too low, or a minimum that is too high
 * @param runFactor the same for how long the series stays on one side of its average
 * @param persistence by how much the score of single values may grow with each of them
 * @param quietBlocks how many blocks in a row must have extremes that are too low or too high
 * @param minDifference the least difference that is ever unusual, in floors
 * @param minSpread the least spread, on the compressed scale
 */
record Tuning(
    long intervalNs,
    int block,
    int blocksPerLongBlock,
    int minBlocks,
    double fade,
    double rawFactor,
    double shortFactor,
    double longFactor,
    double innerFactor,
    double runFactor,
    double persistence,
    int quietBlocks,
    double minDifference,
    double minSpread) {

  /** For the metrics of processes and threads: at most one false alarm in 10 million samples. */
  static Tuning host(long intervalNs) {
    return new Tuning(intervalNs, 160, 3, 10, 1 / 48.0, 12, 12.5, 9.7, 7, 15, 1.5, 4, 1, 0.04);
  }

  /**
   * For a single series of any unit: a few alarms in a hundred thousand samples are bearable, there
   * are few samples, and the least difference that matters is unknown.
   */
  static Tuning lone(long intervalNs) {
    return new Tuning(intervalNs, 160, 3, 3, 1 / 32.0, 4, 6, 8, 6, 12, 12, 2, 0, 0.3);
  }
}
