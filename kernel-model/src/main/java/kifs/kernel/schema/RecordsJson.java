package kifs.kernel.schema;

import java.util.stream.Collectors;
import kifs.kernel.record.Field;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.Records;
import kifs.kernel.record.SnapshotRecord;
import kifs.kernel.record.ValueNames;

/** Generates {@code schema/records.json}. Stateless. */
public final class RecordsJson {
  private RecordsJson() {}

  public static String text() {
    return "{\"format\":{\"major\":"
        + SnapshotRecord.MAJOR_VALUE
        + ",\"minor\":"
        + SnapshotRecord.MINOR_VALUE
        + "},\n\"records\":[\n"
        + Records.ALL.stream().map(RecordsJson::record).collect(Collectors.joining(",\n"))
        + "\n]}\n";
  }

  private static String record(RecordType type) {
    return "{\"tag\":"
        + type.tag()
        + ",\"name\":"
        + quoted(type.name())
        + ",\"size\":"
        + type.size()
        + ",\"varies\":"
        + !type.isFixed()
        + ",\"existence\":"
        + quoted(type.existence().label())
        + ",\"doc\":"
        + quoted(type.doc())
        + ",\"fields\":["
        + type.fields().stream()
            .map(RecordsJson::field)
            .collect(Collectors.joining(",\n  ", type.fields().isEmpty() ? "" : "\n  ", ""))
        + "]}";
  }

  private static String field(Field field) {
    return "{\"name\":"
        + quoted(field.name())
        + ",\"number\":"
        + field.number()
        + ",\"offset\":"
        + field.offset()
        + ",\"type\":"
        + quoted(field.schemaType())
        + ",\"unit\":"
        + quoted(field.unit())
        + ",\"counter\":"
        + field.isCounter()
        + field.values().map(RecordsJson::values).orElse("")
        + ",\"doc\":"
        + quoted(field.doc())
        + ",\"source\":"
        + quoted(field.source())
        + ",\"guard\":"
        + quoted(field.guard().label())
        + "}";
  }

  private static String values(ValueNames names) {
    return names.values().stream()
        .map(value -> quoted(value.label()) + ":" + value.number())
        .collect(Collectors.joining(",", ",\"values\":{", "}"));
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
