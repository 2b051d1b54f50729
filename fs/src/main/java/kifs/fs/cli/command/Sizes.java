package kifs.fs.cli.command;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts {@code 64K}, {@code 100M} or {@code 2G} to bytes. */
final class Sizes implements ITypeConverter<Long> {
  private static final Pattern SIZE = Pattern.compile("([1-9][0-9]{0,8})([KMG])");

  @Override
  public Long convert(String text) {
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      throw new TypeConversionException("not a size such as 64K, 100M or 2G: " + text);
    }
    return Long.parseLong(size.group(1)) << 10 * (1 + "KMG".indexOf(size.group(2)));
  }
}
