import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Counts what a rule found, missed and invented. */
final class Tally {
  /** A fault ends with a jump back. Alarms in this many samples after it are still about it. */
  static final int RECOVERY = 1_000;

  private final String name;
  private final Map<String, int[]> faults = new TreeMap<>();
  private final Map<String, int[]> shapes = new TreeMap<>();
  private final Map<String, int[]> delays = new TreeMap<>();
  private final Map<String, Integer> invented = new TreeMap<>();
  private long points;
  private long nanos;
  private int falseAlarms;
  private int found;
  private int all;

  Tally(String name) {
    this.name = name;
  }

  void run(Series series, Rule rule) {
    double[] scores = new double[series.length()];
    long start = System.nanoTime();
    for (int i = 0; i < scores.length; i++) {
      scores[i] = rule.score(series.timesNs()[i], series.values()[i]);
    }
    nanos += System.nanoTime() - start;
    points += scores.length;
    boolean[] about = new boolean[scores.length];
    for (Series.Label label : series.labels()) {
      Arrays.fill(about, label.from(), Math.min(scores.length, label.to() + RECOVERY), true);
      count(series, label, scores);
    }
    for (int i = 1; i < scores.length; i++) {
      if (scores[i] >= Rule.LIMIT && scores[i - 1] < Rule.LIMIT && !about[i]) {
        falseAlarms++;
        invented.merge(series.kind(), 1, Integer::sum);
      }
    }
  }

  private void count(Series series, Series.Label label, double[] scores) {
    int[] ofFault = faults.computeIfAbsent(label.fault(), any -> new int[2]);
    int[] ofShape = shapes.computeIfAbsent(series.kind(), any -> new int[2]);
    all++;
    ofFault[1]++;
    ofShape[1]++;
    for (int i = label.from(); i < label.to(); i++) {
      if (scores[i] >= Rule.LIMIT) {
        found++;
        ofFault[0]++;
        ofShape[0]++;
        int delay = i - label.from();
        delays.merge(
            label.fault(),
            new int[] {delay},
            (before, more) -> {
              int[] both = Arrays.copyOf(before, before.length + 1);
              both[before.length] = more[0];
              return both;
            });
        return;
      }
    }
  }

  void print() {
    System.out.printf(
        "%-16s recall %.3f (%d of %d), precision %.3f, false alarms %d in %.3g points ="
            + " %.2f per 10^7, %.0f ns a sample%n",
        name,
        (double) found / Math.max(1, all),
        found,
        all,
        (double) found / Math.max(1, found + falseAlarms),
        falseAlarms,
        (double) points,
        falseAlarms * 1e7 / points,
        (double) nanos / points);
    faults.forEach(
        (fault, counts) -> {
          int[] sorted = delays.getOrDefault(fault, new int[0]);
          Arrays.sort(sorted);
          System.out.printf(
              "  %-10s recall %.3f (%d of %d)%s%n",
              fault,
              (double) counts[0] / counts[1],
              counts[0],
              counts[1],
              sorted.length == 0
                  ? ""
                  : ", delay %d samples in the median, %d at most for nine of ten"
                      .formatted(sorted[sorted.length / 2], sorted[sorted.length * 9 / 10]));
        });
    shapes.forEach(
        (shape, counts) ->
            System.out.printf(
                "  %-10s recall %.3f (%d of %d), false alarms %d%n",
                shape,
                (double) counts[0] / counts[1],
                counts[0],
                counts[1],
                invented.getOrDefault(shape, 0)));
  }
}
