package kifs.fs.cli.series;

import java.time.DateTimeException;
import java.time.LocalDate;

/**
 * Parses the times of a series: ISO 8601 with {@code T} or a blank between date and time, with or
 * without a fraction and a zone; or the time since 1970 in s, ms, µs or ns. A time without a zone
 * is in UTC. Not thread-safe.
 */
public final class Timestamp {
  private static final long NS_PER_S = 1_000_000_000L;
  private static final int DATE_LENGTH = 10;
  private static final int FRACTION_DIGITS = 9;

  private final String text;
  private int at;

  private Timestamp(String text) {
    this.text = text;
  }

  /**
   * The time in ns since 1970.
   *
   * @throws DateTimeException if the text is no time
   */
  public static long parse(String text) {
    Timestamp timestamp = new Timestamp(text);
    boolean isDate = text.length() >= DATE_LENGTH && text.charAt(4) == '-';
    return isDate ? timestamp.calendar() : timestamp.epoch();
  }

  /** A number is in the unit in which it is the least far from 1970, but not before 1973. */
  private long epoch() {
    double value;
    try {
      value = Sample.number(text);
    } catch (NumberFormatException e) {
      throw noTime();
    }
    double size = Math.abs(value);
    double unitNs = size < 1e11 ? NS_PER_S : size < 1e14 ? 1e6 : size < 1e17 ? 1e3 : 1;
    if (size * unitNs >= Long.MAX_VALUE) {
      throw noTime();
    }
    return Math.round(value * unitNs);
  }

  private long calendar() {
    int year = digits(4);
    expect('-');
    int month = digits(2);
    expect('-');
    long ns = LocalDate.of(year, month, digits(2)).toEpochDay() * 86_400 * NS_PER_S;
    if (isEnd()) {
      return ns;
    }
    if (!accept('T') && !accept('t')) {
      expect(' ');
    }
    ns += timeOfDay() - zone();
    if (!isEnd()) {
      throw noTime();
    }
    return ns;
  }

  private long timeOfDay() {
    long hour = most(23);
    expect(':');
    long minute = most(59);
    // 60 is a leap second.
    long second = accept(':') ? most(60) : 0;
    return (hour * 3600 + minute * 60 + second) * NS_PER_S + fraction();
  }

  private long fraction() {
    if (!accept('.') && !accept(',')) {
      return 0;
    }
    long ns = 0;
    int count = 0;
    for (; !isEnd() && isDigit(text.charAt(at)); at++, count++) {
      ns = count < FRACTION_DIGITS ? ns * 10 + text.charAt(at) - '0' : ns;
    }
    for (; count < FRACTION_DIGITS; count++) {
      ns *= 10;
    }
    return ns;
  }

  /** How much the time is ahead of UTC, ns. */
  private long zone() {
    if (isEnd() || accept('Z') || accept('z')) {
      return 0;
    }
    int sign = accept('-') ? -1 : 1;
    if (sign > 0) {
      expect('+');
    }
    long hours = most(18);
    boolean hasMinutes = accept(':') || !isEnd();
    return sign * (hours * 3600 + (hasMinutes ? most(59) : 0) * 60) * NS_PER_S;
  }

  /** A number of two digits that is not larger than that. */
  private long most(int limit) {
    int number = digits(2);
    if (number > limit) {
      throw noTime();
    }
    return number;
  }

  private int digits(int count) {
    int number = 0;
    for (int i = 0; i < count; i++, at++) {
      if (isEnd() || !isDigit(text.charAt(at))) {
        throw noTime();
      }
      number = number * 10 + text.charAt(at) - '0';
    }
    return number;
  }

  private boolean accept(char c) {
    boolean isThere = !isEnd() && text.charAt(at) == c;
    at += isThere ? 1 : 0;
    return isThere;
  }

  private void expect(char c) {
    if (!accept(c)) {
      throw noTime();
    }
  }

  private boolean isEnd() {
    return at == text.length();
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private DateTimeException noTime() {
    return new DateTimeException("not a time: " + text);
  }
}
