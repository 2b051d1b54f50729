package kifs.fs.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import kifs.fs.access.HidePid;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts the values of the daemon's options. Stateless, so thread-safe. */
final class Converters {
  private Converters() {}

  /** Converts {@code 100ms} or {@code 2s} to ns. */
  static final class Tick implements ITypeConverter<Long> {
    private static final long MIN_MS = 1;
    private static final long MAX_MS = 60_000;

    @Override
    public Long convert(String text) {
      String digits = text.replaceFirst("(ms|s)$", "");
      if (digits.equals(text) || !digits.matches("[0-9]{1,6}")) {
        throw new TypeConversionException("not a time in ms or s: " + text);
      }
      long ms = Long.parseLong(digits) * (text.endsWith("ms") ? 1 : 1000);
      if (ms < MIN_MS || ms > MAX_MS) {
        throw new TypeConversionException("not between 1ms and 60s: " + text);
      }
      return TimeUnit.MILLISECONDS.toNanos(ms);
    }
  }

  /** Converts {@code 1s} to ns, and {@code off} to 0. */
  static final class Interval implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return text.equals("off") ? Long.valueOf(0) : new Tick().convert(text);
    }
  }

  /** Converts the name or the id of a group to its id. */
  static final class Group implements ITypeConverter<Long> {
    private static final Path GROUPS = Path.of("/etc/group");

    @Override
    public Long convert(String text) throws IOException {
      if (text.matches("[0-9]{1,9}")) {
        return Long.valueOf(text);
      }
      for (String line : Files.readAllLines(GROUPS, StandardCharsets.ISO_8859_1)) {
        String[] parts = line.split(":");
        if (parts.length > 2 && parts[0].equals(text)) {
          return Long.valueOf(parts[2]);
        }
      }
      throw new TypeConversionException("no group " + text);
    }
  }

  /** Converts the values of /proc's option {@code hidepid=}. */
  static final class Hiding implements ITypeConverter<HidePid> {
    @Override
    public HidePid convert(String text) {
      return switch (text) {
        case "0", "off" -> HidePid.OFF;
        case "1", "noaccess" -> HidePid.NOACCESS;
        case "2", "invisible" -> HidePid.INVISIBLE;
        default -> throw new TypeConversionException("not off, noaccess or invisible: " + text);
      };
    }
  }
}
