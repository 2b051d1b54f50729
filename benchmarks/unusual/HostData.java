import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Counts false alarms in recorded series of 1 Hz in which nothing was wrong. A directory has a file
 * for each series, {@code NAME@FLOOR.csv}, with lines {@code timestamp,value,label} as {@link
 * PublicData} has them; the label is ignored.
 */
final class HostData {
  private HostData() {}

  static void score(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> listed = Files.list(directory)) {
      files = listed.sorted().toList();
    }
    score(files, "kifs", Trial::kifs);
    score(files, "3 sigma", floor -> new ThreeSigma());
    score(files, "relative entropy", floor -> new RelativeEntropy());
  }

  private static void score(List<Path> files, String name, Rule.Maker maker) throws IOException {
    Tally tally = new Tally(name);
    for (Path file : files) {
      String text = file.getFileName().toString();
      double floor = Double.parseDouble(text.substring(text.indexOf('@') + 1, text.length() - 4));
      tally.run(read(file, floor), maker.make(floor));
    }
    tally.print();
  }

  private static Series read(Path file, double floor) throws IOException {
    List<String> lines = Files.readAllLines(file);
    long[] timesNs = new long[lines.size()];
    double[] values = new double[timesNs.length];
    for (int i = 0; i < timesNs.length; i++) {
      String[] words = lines.get(i).split(",");
      timesNs[i] = (long) Double.parseDouble(words[0]) * 1_000_000_000L;
      values[i] = Double.parseDouble(words[1]);
    }
    return new Series(file.getFileName().toString(), "recorded", floor, timesNs, values, List.of());
  }
}
