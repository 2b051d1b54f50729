package kifs.notifier.metric;

import java.util.List;

/** What a metric's values are counted in, and which suffixes its thresholds may have. */
public enum Unit {
  BYTES("bytes", List.of("K", "M", "G", "T")),
  BYTES_PER_SECOND("bytes/s", List.of("K", "M", "G", "T")),
  COUNT("count", List.of("K", "M", "G", "T")),
  PER_SECOND("1/s", List.of("K", "M", "G", "T")),
  /** A share of something; 100 is one whole processor, one whole limit. */
  PERCENT("%", List.of("%")),
  SECONDS("s", List.of("ms", "s", "m", "h")),
  /** A letter as in ps. */
  STATE("state", List.of());

  private final String symbol;
  private final List<String> suffixes;

  Unit(String symbol, List<String> suffixes) {
    this.symbol = symbol;
    this.suffixes = suffixes;
  }

  /** As it stands in events and in {@code schema/metrics}. */
  public String symbol() {
    return symbol;
  }

  public List<String> suffixes() {
    return suffixes;
  }

  /** What a number with that suffix is multiplied by. */
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
