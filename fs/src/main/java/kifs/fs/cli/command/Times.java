package kifs.fs.cli.command;

import java.time.DateTimeException;
import kifs.fs.cli.series.Timestamp;
import kifs.kernel.recording.PointInTime;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts the moments of a recording: {@code last}, {@code -5m}, or a time. */
final class Times implements ITypeConverter<PointInTime> {
  @Override
  public PointInTime convert(String text) {
    try {
      boolean isBeforeLast = text.startsWith("-") || text.equals("last");
      return isBeforeLast ? PointInTime.parse(text) : PointInTime.at(Timestamp.parse(text));
    } catch (DateTimeException e) {
      throw new TypeConversionException(
          "not a time such as 2026-01-01T12:00:00Z, -5m or last: " + text);
    }
  }
}
