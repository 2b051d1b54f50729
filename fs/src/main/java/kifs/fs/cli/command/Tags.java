package kifs.fs.cli.command;

import java.util.List;
import java.util.Locale;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.Records;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts the name of a record type. */
final class Tags implements ITypeConverter<RecordType> {
  @Override
  public RecordType convert(String text) {
    @Nullable RecordType type = Records.byName(text);
    if (type == null) {
      List<String> names =
          Records.ALL.stream().map(known -> known.name().toLowerCase(Locale.ROOT)).toList();
      throw new TypeConversionException("no tag " + text + "; there are " + names);
    }
    return type;
  }
}
