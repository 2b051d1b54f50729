package kifs.notifier.condition;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Finds names that a user may have meant. Stateless, so thread-safe. */
final class NearNames {
  /** One letter in so many may be wrong, to the nearest whole number. */
  private static final int LETTERS_PER_MISTAKE = 3;

  private static final int MAX_SUGGESTIONS = 3;

  /** A text that is shorter is part of too many names. */
  private static final int MIN_PART = 3;

  /** A text that is longer is no mistyped name, and comparing it would take long. */
  private static final int MAX_LENGTH = 40;

  private NearNames() {}

  /** The end of a message about an unknown name: which name is near, or where to look. */
  static String advice(String name, List<String> known) {
    String suggested = suggested(name.toLowerCase(Locale.ROOT), known);
    return suggested.isEmpty()
        ? "; the README here lists them"
        : "; did you mean " + suggested + "?";
  }

  private static String suggested(String name, List<String> known) {
    if (name.length() > MAX_LENGTH) {
      return "";
    }
    int maxMistakes = Math.max(1, (name.length() + 1) / LETTERS_PER_MISTAKE);
    return known.stream()
        .min(Comparator.comparingInt(each -> mistakes(name, each)))
        .filter(nearest -> mistakes(name, nearest) <= maxMistakes)
        .orElseGet(
            () ->
                known.stream()
                    .filter(each -> name.length() >= MIN_PART && each.contains(name))
                    .limit(MAX_SUGGESTIONS)
                    .collect(Collectors.joining(" or ")));
  }

  /** The number of letters to insert, delete or replace (the Levenshtein distance). */
  private static int mistakes(String from, String to) {
    int[] above = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int[] row = new int[to.length() + 1];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = above[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
      }
      above = row;
    }
    return above[to.length()];
  }
}
