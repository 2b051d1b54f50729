package kifs.notifier.history.detector;

/** On which side of what is usual a value counts as unusual. */
public enum Direction {
  BOTH,
  UP,
  DOWN;

  /**
   * Whether a score counts.
   *
   * @param isBelow whether the value that gave it is below what is usual
   */
  boolean includes(boolean isBelow) {
    return this == BOTH || isBelow == (this == DOWN);
  }
}
