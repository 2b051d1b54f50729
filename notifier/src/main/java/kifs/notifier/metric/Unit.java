package kifs.notifier.metric;

import java.util.List;

/** The unit of a metric's values, and the suffixes that its thresholds may have. Immutable. */
public enum Unit {
  BYTES("bytes", List.of("K", "M", "G", "T")),
  BYTES_PER_SECOND("bytes/s", List.of("K", "M", "G", "T")),
  COUNT("count", List.of("K", "M", "G", "T")),
  PER_SECOND("1/s", List.of("K", "M", "G", "T")),
  /** A share in percent: 100 is one whole CPU, all of the time, or the whole limit. */
  PERCENT("%", List.of("%")),
  /** How far something is from what is usual, in multiples of how far it usually is. */
  SPREADS("spreads", List.of()),
  SECONDS("s", List.of("ms", "s", "m", "h")),
  /** A letter as in {@code ps}, as its ASCII code. */
  STATE("state", List.of());

  private final String symbol;
  private final List<String> suffixes;

  Unit(String symbol, List<String> suffixes) {
    this.symbol = symbol;
    this.suffixes = suffixes;
  }

  /** The name of the unit in events and in {@code schema/metrics}. */
  public String symbol() {
    return symbol;
  }

  public List<String> suffixes() {
    return suffixes;
  }

  /** What the suffixes of a threshold mean, for an error. */
  public String suffixDoc() {
    return switch (this) {
      case BYTES, BYTES_PER_SECOND, COUNT, PER_SECOND -> "K M G T are powers of 1024";
      case PERCENT -> "only % or nothing";
      case SECONDS -> "ms s m h";
      case SPREADS -> "spreads have none";
      case STATE -> "a state has none";
    };
  }

  /** The factor that a suffix multiplies a number by; 1 for {@code s}, {@code %} and no suffix. */
  public static double factor(String suffix) {
    return switch (suffix) {
      case "K" -> 1L << 10;
      case "M" -> 1L << 20;
      case "G" -> 1L << 30;
      case "T" -> 1L << 40;
      case "ms" -> 1e-3;
      case "m" -> 60;
      case "h" -> 3600;
      default -> 1;
    };
  }
}
