package kifs.fs.cli.series;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampTest {
  private static long ns(Instant instant) {
    return instant.getEpochSecond() * 1_000_000_000 + instant.getNano();
  }

  @ParameterizedTest
  @CsvSource({
    "2014-04-01 00:00:00, 2014-04-01T00:00:00Z",
    "2014-04-01T12:34:56, 2014-04-01T12:34:56Z",
    "2014-04-01t12:34, 2014-04-01T12:34:00Z",
    "2014-04-01, 2014-04-01T00:00:00Z",
    "2014-04-01T12:34:56.5Z, 2014-04-01T12:34:56.5Z",
    "2014-04-01 12:34:56.123456789123, 2014-04-01T12:34:56.123456789Z",
    "2014-04-01T12:34:56+02:00, 2014-04-01T10:34:56Z",
    "2014-04-01T12:34:56-0530, 2014-04-01T18:04:56Z",
    "2014-04-01T12:34:56+01, 2014-04-01T11:34:56Z",
    "1969-12-31T23:59:59Z, 1969-12-31T23:59:59Z",
    "1396310400, 2014-04-01T00:00:00Z",
    "1396310400.25, 2014-04-01T00:00:00.25Z",
    "1396310400250, 2014-04-01T00:00:00.25Z",
    "1396310400250000, 2014-04-01T00:00:00.25Z",
    "1396310400250000000, 2014-04-01T00:00:00.25Z",
    "0, 1970-01-01T00:00:00Z",
    "-1, 1969-12-31T23:59:59Z"
  })
  void times(String text, Instant expected) {
    // A number is a double, which has a resolution of 0.3 us in this century.
    assertEquals(ns(expected), Timestamp.parse(text), text.startsWith("139") ? 500 : 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "now",
        "2014-04-31 00:00:00",
        "2014-13-01",
        "2014-04-01T",
        "2014-04-01X00:00",
        "2014-04-01T24:00:00",
        "2014-04-01T00:60:00",
        "2014-04-01T00:00:00 ",
        "2014-04-01T00:00:00+1",
        "2014-04-01T00:00:00Z0",
        "2014-4-1",
        "1e300",
        "0x10",
        "12:00:00"
      })
  void noTimes(String text) {
    assertThrows(DateTimeException.class, () -> Timestamp.parse(text));
  }

  @Property(tries = 500)
  void theSameAsJavasOwnParser(
      @ForAll @LongRange(min = -2_000_000_000, max = 4_000_000_000L) long second,
      @ForAll @IntRange(max = 999_999_999) int nano) {
    String text = Instant.ofEpochSecond(second, nano).toString();
    assertEquals(ns(OffsetDateTime.parse(text).toInstant()), Timestamp.parse(text));
  }
}
