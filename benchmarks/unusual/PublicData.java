import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import kifs.notifier.history.detector.LoneSeries;

/**
 * Scores public labelled series. A directory has a file for each series, {@code NAME.csv} or, for
 * one of several figures of a host, {@code HOST.NUMBER.csv}, with lines {@code
 * timestamp,value,label}: seconds since 1970, a number, and 1 where it is not as usual.
 */
final class PublicData {
  private static final int LEARN = 600;

  private static final double[] LIMITS = {2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 30, 50, 100, 200};

  private int segments;
  private int foundSegments;
  private int falseAlarms;
  private long points;
  private final long[][] adjusted = new long[LIMITS.length][3];

  static void score(Path directory) throws IOException {
    Map<String, List<Path>> hosts = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        hosts
            .computeIfAbsent(name.substring(0, name.indexOf('.')), any -> new ArrayList<>())
            .add(file);
      }
    }
    PublicData data = new PublicData();
    for (List<Path> files : hosts.values()) {
      data.score(files);
    }
    data.print(directory.getFileName().toString(), hosts.size());
  }

  private void score(List<Path> files) throws IOException {
    double[] worst = new double[0];
    boolean[] odd = new boolean[0];
    for (Path file : files) {
      List<String> lines = Files.readAllLines(file);
      if (worst.length == 0) {
        worst = new double[lines.size()];
        odd = new boolean[lines.size()];
      }
      LoneSeries series = new LoneSeries();
      boolean over = false;
      for (int i = 0; i < worst.length; i++) {
        String[] words = lines.get(i).split(",");
        long timeNs = (long) Double.parseDouble(words[0]) * 1_000_000_000L;
        double score = series.update(timeNs, Double.parseDouble(words[1]));
        worst[i] = Math.max(worst[i], score);
        odd[i] = Integer.parseInt(words[2]) != 0;
        falseAlarms += score >= Rule.LIMIT && !over && !nearby(lines, i) ? 1 : 0;
        over = score >= Rule.LIMIT;
        points++;
      }
    }
    for (int from = LEARN; from < odd.length; from++) {
      if (odd[from]) {
        int to = from;
        while (to < odd.length && odd[to]) {
          to++;
        }
        segment(worst, from, to);
        from = to;
      }
    }
    for (int i = LEARN; i < odd.length; i++) {
      for (int k = 0; k < LIMITS.length && !odd[i]; k++) {
        adjusted[k][1] += worst[i] >= LIMITS[k] ? 1 : 0;
      }
    }
  }

  /** Alarms just after a labelled segment are about it. */
  private static boolean nearby(List<String> lines, int i) {
    for (int k = Math.max(0, i - 10); k <= i; k++) {
      if (!lines.get(k).endsWith(",0")) {
        return true;
      }
    }
    return false;
  }

  private void segment(double[] worst, int from, int to) {
    double most = Arrays.stream(worst, from, to).max().orElse(0);
    segments++;
    foundSegments += most >= Rule.LIMIT ? 1 : 0;
    for (int k = 0; k < LIMITS.length; k++) {
      // Point adjustment, as the papers do it: a segment is found as a whole or not at all.
      adjusted[k][most >= LIMITS[k] ? 0 : 2] += to - from;
    }
  }

  private void print(String name, int hosts) {
    double best = 0;
    double limit = 0;
    for (int k = 0; k < LIMITS.length; k++) {
      long[] counts = adjusted[k];
      double f1 = 2.0 * counts[0] / Math.max(1, 2 * counts[0] + counts[1] + counts[2]);
      if (f1 > best) {
        best = f1;
        limit = LIMITS[k];
      }
    }
    System.out.printf(
        "%-10s %d series or hosts, %.3g points: segments found %d of %d (%.3f), false alarms %d ="
            + " %.2f per 10,000 points; best point-adjusted F1 %.3f at a score of %.0f%n",
        name,
        hosts,
        (double) points,
        foundSegments,
        segments,
        (double) foundSegments / Math.max(1, segments),
        falseAlarms,
        falseAlarms * 1e4 / points,
        best,
        limit);
  }
}
