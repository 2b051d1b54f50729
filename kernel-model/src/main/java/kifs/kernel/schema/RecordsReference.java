package kifs.kernel.schema;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kifs.kernel.record.Field;
import kifs.kernel.record.Guard;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.Records;

/** Generates {@code docs/records.md}, the field reference. Stateless. */
public final class RecordsReference {
  private RecordsReference() {}

  public static String text() {
    StringBuilder out = new StringBuilder();
    out.append("# Records of a bulk\n\n");
    out.append(
        "Generated from the definitions in `kernel-model`; a test compares it with them. Don't"
            + " edit.\n\nThe guard of a field says who may see it: `open` everybody, `ptrace` and"
            + " `attach` whoever the kernel lets read such files of the process, `all` whoever may"
            + " see all processes. [access.md](access.md) has the rules.\n\n"
            + "A *counter* never falls for one entity (the host, a CPU, or one id with one"
            + " `start_ns`), whoever reads it and in whichever way: in any bulk, as an attribute,"
            + " by BPF or /proc. So the difference of two readings is what happened in between. Its"
            + " promise holds while the daemon runs, and for records without the flag"
            + " `KIFS_INCOMPLETE`. Every other figure can fall. A TOTAL has no counters: it sums"
            + " entities that exist now, so it falls when one of them ends. `last_ran_ns` is a time"
            + " and no counter: it is converted from a clock that each CPU has of its own, and can"
            + " go back by what a hypervisor took from a CPU in the last ten seconds.\n");
    for (RecordType type : Records.ALL) {
      out.append("\n## ").append(type.name()).append("\n\n");
      out.append("Tag ").append(type.tag()).append(", ");
      out.append(type.size()).append(" bytes").append(type.isFixed() ? "" : " and more");
      out.append(": ").append(type.doc()).append(".\n");
      if (type.existence() != Guard.OPEN) {
        out.append("\nThe existence of a record is guarded: ");
        out.append(type.existence().label()).append(".\n");
      }
      if (!type.fields().isEmpty()) {
        out.append(
            "\n| number | offset | type | field | unit | counter | meaning | source | guard |\n");
        out.append("|---|---|---|---|---|---|---|---|---|\n");
        type.fields().forEach(field -> row(out, field));
      }
    }
    return out.toString();
  }

  private static void row(StringBuilder out, Field field) {
    out.append("| ").append(field.number());
    out.append(" | ").append(field.offset());
    out.append(" | ").append(field.schemaType());
    out.append(" | `").append(field.name());
    out.append("` | ").append(field.unit());
    out.append(" | ").append(field.isCounter() ? "yes" : "");
    out.append(" | ").append(field.doc());
    out.append(" | ").append(field.source());
    out.append(" | ").append(field.guard().label()).append(" |\n");
  }

  /** Writes the reference into the file named by the only argument. */
  public static void main(String[] arguments) throws IOException {
    Files.writeString(Path.of(arguments[0]), text());
  }
}
