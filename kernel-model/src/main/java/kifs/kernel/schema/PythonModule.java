package kifs.kernel.schema;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import kifs.kernel.record.Field;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.Records;
import kifs.kernel.record.ValueNames;

/**
 * Generates {@code schema/kifs.py}, a Python module that reads bulks: {@code reader.py}, then a
 * table of all records. Stateless.
 */
public final class PythonModule {
  private PythonModule() {}

  public static String text() {
    StringBuilder out = new StringBuilder(Resources.text("reader.py"));
    out.append("\n\n# From here on generated from the definitions in kifs.\n\n");
    Records.values().forEach(values -> enumeration(out, values));
    for (RecordType type : Records.ALL) {
      type(out, type);
    }
    return out.toString();
  }

  private static void enumeration(StringBuilder out, ValueNames names) {
    String values =
        names.values().stream()
            .map(value -> value.constant() + "=" + value.number())
            .collect(Collectors.joining(", "));
    String name = className(names);
    out.append("%s = _values(\"%s\", %s)\n".formatted(name, name, values));
  }

  /** {@code fd_type} as {@code FdType}. */
  private static String className(ValueNames names) {
    return Arrays.stream(names.name().split("_"))
        .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
        .collect(Collectors.joining());
  }

  private static void type(StringBuilder out, RecordType type) {
    out.append("\n# ").append(type.doc()).append('\n');
    out.append("_type(\n    %d, \"%s\", %d,\n".formatted(type.tag(), type.name(), type.size()));
    for (Field field : type.fields()) {
      out.append(
          "    (\"%s\", %d, \"%s\", \"%s\", %s, %s),\n"
              .formatted(
                  field.name(),
                  field.offset(),
                  field.schemaType(),
                  field.unit(),
                  field.isCounter() ? "True" : "False",
                  field.values().map(PythonModule::className).orElse("None")));
    }
    out.append(")\n");
  }
}
