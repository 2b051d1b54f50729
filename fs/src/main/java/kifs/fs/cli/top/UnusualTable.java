package kifs.fs.cli.top;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the tables of {@code unusual/}. Stateless. */
final class UnusualTable {
  /** From that score on something is unusual. */
  private static final double UNUSUAL = 6;

  private UnusualTable() {}

  /**
   * What is unusual of which entity.
   *
   * @return by the id of a process or thread
   */
  static Map<Integer, String> parse(String table) {
    Map<Integer, String> unusual = new HashMap<>();
    List<String> lines = table.lines().toList();
    List<String> names = lines.isEmpty() ? List.of() : words(lines.get(0));
    int id = names.indexOf(names.contains("TID") ? "TID" : "PID");
    int score = names.indexOf("SCORE");
    int usual = names.indexOf("USUAL");
    for (int i = 1; i < lines.size() && id >= 0 && score >= 0 && usual > score; i++) {
      List<String> words = words(lines.get(i));
      if (words.size() > Math.max(id, usual) && number(words.get(score)) >= UNUSUAL) {
        List<String> what = words.subList(score + 1, usual);
        String text = String.join(" ", what) + ", usually " + words.get(usual);
        unusual.put((int) number(words.get(id)), text);
      }
    }
    return unusual;
  }

  private static List<String> words(String line) {
    return Arrays.asList(line.strip().split("\\s+"));
  }

  private static double number(String word) {
    try {
      return Double.parseDouble(word);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
