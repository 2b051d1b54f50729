/**
 * The plain rule: a value is unusual if it is more than three standard deviations from the mean of
 * the last thousand, where those weigh the most that are newest.
 */
final class ThreeSigma implements Rule {
  private static final double FADE = 1 / 1_000.0;
  private static final int LEARN = 1_600;

  private double mean;
  private double variance;
  private int seen;

  @Override
  public double score(long timeNs, double value) {
    seen++;
    double deviation = value - mean;
    double spread = Math.sqrt(variance);
    double score = seen > LEARN && deviation != 0 ? Math.abs(deviation) / spread / 3 * LIMIT : 0;
    double fade = Math.max(FADE, 1.0 / seen);
    mean += fade * deviation;
    variance = (1 - fade) * (variance + fade * deviation * deviation);
    return score;
  }
}
