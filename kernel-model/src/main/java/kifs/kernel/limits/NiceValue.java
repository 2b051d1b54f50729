package kifs.kernel.limits;

/** The texts of nice values and of adjustments of the OOM score. Stateless. */
public final class NiceValue {
  private static final int MIN_NICE = -20;
  private static final int MAX_NICE = 19;
  private static final int MAX_ADJUSTMENT = 1000;

  private NiceValue() {}

  /**
   * @throws LimitException EINVAL if it isn't a number from -20 to 19
   */
  public static int parseNice(String text) {
    return Numbers.inRange(text, MIN_NICE, MAX_NICE);
  }

  /**
   * @throws LimitException EINVAL if it isn't a number from -1000 to 1000
   */
  public static int parseOomScoreAdj(String text) {
    return Numbers.inRange(text, -MAX_ADJUSTMENT, MAX_ADJUSTMENT);
  }
}
