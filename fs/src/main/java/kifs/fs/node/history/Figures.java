package kifs.fs.node.history;

import java.math.BigDecimal;
import java.math.MathContext;
import kifs.notifier.metric.Unit;

/** How figures of the history are written. Thread-safe. */
public final class Figures {
  /** The history keeps numbers with an error of at most 0.2 percent. */
  private static final MathContext PLAIN = new MathContext(4);

  private static final MathContext SHORT = new MathContext(3);
  private static final double KIB = 1024;

  private Figures() {}

  /** A number with four digits; empty: it is not known. */
  static String plain(double value) {
    return Double.isFinite(value) ? rounded(value, PLAIN) : "";
  }

  /** A number with its unit, in few characters: {@code 97%}, {@code 1.2M/s}. */
  public static String shown(Unit unit, double value) {
    return switch (unit) {
      case PERCENT -> rounded(value, SHORT) + "%";
      case BYTES -> scaled(value);
      case BYTES_PER_SECOND -> scaled(value) + "/s";
      case PER_SECOND -> scaledByThousands(value) + "/s";
      case SECONDS -> rounded(value, SHORT) + "s";
      case COUNT, SPREADS, STATE -> rounded(value, SHORT);
    };
  }

  /** A range with its unit: {@code 3..12%}. */
  public static String range(Unit unit, double low, double high) {
    String from = shown(unit, low);
    String to = shown(unit, high);
    if (from.equals(to)) {
      return to;
    }
    return (from.endsWith("%") ? from.substring(0, from.length() - 1) : from) + ".." + to;
  }

  private static String scaled(double bytes) {
    return scaled(bytes, KIB, "KMGT");
  }

  private static String scaledByThousands(double number) {
    return scaled(number, 1000, "kMGT");
  }

  private static String scaled(double value, double by, String suffixes) {
    double rest = value;
    int power = 0;
    while (Math.abs(rest) >= by && power < suffixes.length()) {
      rest /= by;
      power++;
    }
    return rounded(rest, SHORT) + (power == 0 ? "" : suffixes.charAt(power - 1));
  }

  private static String rounded(double value, MathContext digits) {
    // What is smaller than the third decimal is noise.
    BigDecimal number = BigDecimal.valueOf(Math.rint(value * 1000) / 1000).round(digits);
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }
}
