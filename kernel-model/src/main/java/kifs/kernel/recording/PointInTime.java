package kifs.kernel.recording;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * How somebody names a moment of a recording: by a time, or by how long before the last moment it
 * was. Immutable.
 *
 * @param isBeforeLast whether the time counts back from the last moment
 * @param ns since 1970, or before the last moment
 */
public record PointInTime(boolean isBeforeLast, long ns) {
  /** The last moment. */
  public static final PointInTime LAST = new PointInTime(true, 0);

  private static final String LAST_NAME = "last";
  private static final Pattern BEFORE = Pattern.compile("-[0-9]{1,8}[smhd]");
  private static final long NS_PER_S = 1_000_000_000L;

  /** A time, in ns since 1970. */
  public static PointInTime at(long realtimeNs) {
    return new PointInTime(false, realtimeNs);
  }

  /**
   * Parses {@code last}, {@code -5m} (also {@code s}, {@code h}, {@code d}), or a time with its
   * zone in ISO 8601, such as {@code 2026-11-29T21:00:00Z}.
   *
   * @throws DateTimeException if the text is none of these
   */
  public static PointInTime parse(String text) {
    if (text.equals(LAST_NAME)) {
      return LAST;
    }
    if (BEFORE.matcher(text).matches()) {
      String number = text.substring(1).toUpperCase(Locale.ROOT);
      Duration before = Duration.parse((number.endsWith("D") ? "P" : "PT") + number);
      return new PointInTime(true, before.toSeconds() * NS_PER_S);
    }
    return at(ns(OffsetDateTime.parse(text).toInstant()));
  }

  private static long ns(Instant instant) {
    try {
      return Math.addExact(
          Math.multiplyExact(instant.getEpochSecond(), NS_PER_S), instant.getNano());
    } catch (ArithmeticException e) {
      throw new DateTimeException("not between the years 1678 and 2262: " + instant, e);
    }
  }

  /** The last moment at or before this time, as its index; empty: there is none. */
  public OptionalInt find(Recording recording) {
    List<Recording.Moment> moments = recording.moments();
    if (moments.isEmpty()) {
      return OptionalInt.empty();
    }
    int last = moments.size() - 1;
    int index =
        this.equals(LAST)
            ? last
            : recording.find(isBeforeLast ? moments.get(last).realtimeNs() - ns : ns);
    return index < 0 ? OptionalInt.empty() : OptionalInt.of(index);
  }
}
