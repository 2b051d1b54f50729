package kifs.fs.cli.series;

import java.time.DateTimeException;
import kifs.kernel.record.Escapes;

/**
 * A line of a series: {@code timestamp,value}. Immutable.
 *
 * @param time the timestamp as the line has it
 * @param number the value as the line has it
 * @param timeNs since 1970
 */
record Sample(String time, String number, long timeNs, double value) {
  private static final int SHOWN = 40;

  /**
   * Parses a line.
   *
   * @param line without blanks around it
   * @throws BadLineException if the line is no sample
   */
  static Sample parse(String line) throws BadLineException {
    int comma = line.indexOf(',');
    if (comma < 0 || line.indexOf(',', comma + 1) >= 0) {
      throw new BadLineException("not timestamp,value: " + shown(line));
    }
    String time = unquoted(line.substring(0, comma));
    String number = unquoted(line.substring(comma + 1));
    long timeNs;
    try {
      timeNs = Timestamp.parse(time);
    } catch (DateTimeException e) {
      throw new BadLineException("not a time: " + shown(time));
    }
    try {
      return new Sample(time, number, timeNs, number(number));
    } catch (NumberFormatException e) {
      throw new BadLineException("not a number: " + shown(number));
    }
  }

  /**
   * A header is a line with two names, neither of which is a time or a number.
   *
   * @param line without blanks around it
   */
  static boolean isHeader(String line) {
    String[] names = line.split(",", -1);
    return names.length == 2 && isName(names[0]) && isName(names[1]);
  }

  private static boolean isName(String word) {
    String name = unquoted(word);
    return !name.isEmpty() && Character.isLetter(name.charAt(0)) && !isNonFinite(name);
  }

  private static boolean isNonFinite(String name) {
    return name.matches("(?i)nan|inf|infinity");
  }

  /** A finite decimal number. Java's own parser takes hexadecimal ones and suffixes, too. */
  static double number(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && "+-.eE".indexOf(c) < 0) {
        throw new NumberFormatException();
      }
    }
    double value = Double.parseDouble(text);
    if (!Double.isFinite(value)) {
      throw new NumberFormatException();
    }
    return value;
  }

  private static String unquoted(String field) {
    String word = field.strip();
    int last = word.length() - 1;
    boolean isQuoted = last > 0 && word.charAt(0) == '"' && word.charAt(last) == '"';
    return isQuoted ? word.substring(1, last) : word;
  }

  private static String shown(String text) {
    String line = Escapes.line(text);
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...";
  }
}
