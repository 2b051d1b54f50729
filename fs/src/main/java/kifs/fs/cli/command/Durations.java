package kifs.fs.cli.command;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts {@code 250ms}, {@code 1s}, {@code 5m}, {@code 24h} or {@code 7d} to ns. */
final class Durations implements ITypeConverter<Long> {
  private static final Pattern TIME = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
  private static final long NS_PER_MS = 1_000_000;
  private static final long MAX_NS = 366 * factor("d");

  @Override
  public Long convert(String text) {
    Matcher time = TIME.matcher(text);
    if (!time.matches()) {
      throw new TypeConversionException("not a time such as 250ms, 1s, 5m, 24h or 7d: " + text);
    }
    long count = Long.parseLong(time.group(1));
    long unitNs = factor(time.group(2));
    if (count == 0 || count > MAX_NS / unitNs) {
      throw new TypeConversionException("not between 1ms and 366d: " + text);
    }
    return count * unitNs;
  }

  private static long factor(String unit) {
    return switch (unit) {
      case "ms" -> NS_PER_MS;
      case "s" -> 1000 * NS_PER_MS;
      case "m" -> 60_000 * NS_PER_MS;
      case "h" -> 3_600_000 * NS_PER_MS;
      default -> 86_400_000 * NS_PER_MS;
    };
  }
}
