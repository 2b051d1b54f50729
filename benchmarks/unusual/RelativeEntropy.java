import java.util.ArrayList;
import java.util.List;

/**
 * The relative-entropy test of C. Wang et al., "Statistical techniques for online anomaly detection
 * in data centers" (2011): the histogram of each window is compared with those of earlier windows,
 * and what resembles none that was seen at least once before is unusual. It learns the range of the
 * values from the first samples, as the paper takes it as known.
 */
final class RelativeEntropy implements Rule {
  private static final int WINDOW = 52;
  private static final int BINS = 5;

  /** The 99 % quantile of the chi-square distribution with {@code BINS - 1} degrees of freedom. */
  private static final double AGREES = 13.28;

  private static final int LEARN = 1_600;

  private final List<double[]> hypotheses = new ArrayList<>();
  private final List<Integer> agreed = new ArrayList<>();
  private double[] window = new double[WINDOW];
  private int filled;
  private int seen;
  private double least = Double.MAX_VALUE;
  private double most = -Double.MAX_VALUE;
  private double score;

  @Override
  public double score(long timeNs, double value) {
    seen++;
    if (seen <= LEARN) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    window[filled++] = value;
    if (filled == WINDOW) {
      filled = 0;
      score = isUnusual(histogram()) && seen > LEARN ? LIMIT : 0;
    }
    return score;
  }

  private double[] histogram() {
    double[] shares = new double[BINS];
    double width = Math.max(1e-9, (most - least) / BINS);
    for (double value : window) {
      shares[(int) Math.max(0, Math.min(BINS - 1, (value - least) / width))] += 1.0 / WINDOW;
    }
    return shares;
  }

  private boolean isUnusual(double[] now) {
    double nearest = Double.MAX_VALUE;
    int which = -1;
    for (int i = 0; i < hypotheses.size(); i++) {
      double test = 2 * WINDOW * divergence(now, hypotheses.get(i));
      if (test < nearest) {
        nearest = test;
        which = i;
      }
    }
    if (which < 0 || nearest > AGREES) {
      hypotheses.add(now);
      agreed.add(1);
      return true;
    }
    agreed.set(which, agreed.get(which) + 1);
    return agreed.get(which) <= 1;
  }

  private static double divergence(double[] now, double[] then) {
    double sum = 0;
    for (int i = 0; i < BINS; i++) {
      if (now[i] > 0) {
        sum += now[i] * Math.log(now[i] / Math.max(1e-3, then[i]));
      }
    }
    return sum;
  }
}
