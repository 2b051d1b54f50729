package kifs.kernel.simulated.script;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kifs.kernel.simulated.figures.Credentials;
import kifs.kernel.simulated.figures.SimulationException;

/**
 * Parses the numbers of a script, with their units. Refuses what isn't one by {@link
 * SimulationException}. Stateless.
 */
final class Quantities {
  /** Low enough that the sums of a simulated host don't overflow 64 bits. */
  private static final long MAX_SIZE = 1L << 52;

  private static final long MAX_PERCENT = 1_000_000;
  private static final long MILLISECOND_NS = 1_000_000;
  private static final long SECOND_NS = 1000 * MILLISECOND_NS;

  private static final Pattern NUMBER = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)([a-zA-Z%]*)");
  private static final Map<String, Long> SIZES =
      Map.of("", 1L, "K", 1L << 10, "M", 1L << 20, "G", 1L << 30, "T", 1L << 40);
  private static final Map<String, Long> TIMES =
      Map.of("ms", MILLISECOND_NS, "s", SECOND_NS, "m", 60 * SECOND_NS, "h", 3600 * SECOND_NS);

  private Quantities() {}

  /** Parses a time, and returns ns. */
  static long time(String text) {
    return scaled(text, TIMES, "a time (ms s m h)");
  }

  /** Parses a number of bytes or of other things: {@code 200M}, {@code 20K}, {@code 17}. */
  static long size(String text) {
    return scaled(text, SIZES, "a size (K M G T)");
  }

  /** Parses a percentage, whose {@code %} may be missing. */
  static double percent(String text) {
    String number = text.endsWith("%") ? text.substring(0, text.length() - 1) : text;
    double value = decimal(number);
    if (value > MAX_PERCENT) {
      throw new SimulationException("too large: " + text);
    }
    return value;
  }

  static double decimal(String text) {
    Matcher matcher = NUMBER.matcher(text);
    if (!matcher.matches() || !matcher.group(2).isEmpty()) {
      throw new SimulationException("not a number: " + text);
    }
    return Double.parseDouble(matcher.group(1));
  }

  /** Parses an integer from {@code min} to {@code max}. */
  static int integer(String text, int min, int max) {
    if (text.matches("-?\\d{1,10}")) {
      long value = Long.parseLong(text);
      if (value >= min && value <= max) {
        return (int) value;
      }
    }
    throw new SimulationException("not a number from " + min + " to " + max + ": " + text);
  }

  /** Parses a user or group id, which has 32 bits without a sign. */
  static int id(String text) {
    if (text.matches("\\d{1,10}") && Long.parseLong(text) <= 0xFFFF_FFFFL) {
      return (int) Long.parseLong(text);
    }
    throw new SimulationException("not a user or group id: " + text);
  }

  /** Parses a pid or tid. */
  static int task(String text) {
    return integer(text, 1, Credentials.PID_MAX_LIMIT - 1);
  }

  /** Parses an address, as a size or as {@code 0x…}. */
  static long address(String text) {
    if (text.matches("0x[0-9a-fA-F]{1,16}")) {
      return Long.parseUnsignedLong(text.substring(2), 16);
    }
    return size(text);
  }

  private static long scaled(String text, Map<String, Long> units, String expected) {
    Matcher matcher = NUMBER.matcher(text);
    Long unit = matcher.matches() ? units.get(matcher.group(2)) : null;
    // 0 needs no unit.
    if (unit == null && text.equals("0")) {
      return 0;
    }
    if (unit == null) {
      throw new SimulationException("not " + expected + ": " + text);
    }
    BigDecimal value = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
    if (value.compareTo(BigDecimal.valueOf(MAX_SIZE)) > 0 && units != TIMES
        || value.compareTo(BigDecimal.valueOf(Long.MAX_VALUE / 16)) > 0) {
      throw new SimulationException("too large: " + text);
    }
    return value.setScale(0, RoundingMode.DOWN).longValueExact();
  }
}
