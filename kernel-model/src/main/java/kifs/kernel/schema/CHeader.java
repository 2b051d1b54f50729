package kifs.kernel.schema;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import kifs.kernel.record.Field;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.Records;
import kifs.kernel.record.SnapshotRecord;
import kifs.kernel.record.ValueNames;

/**
 * Generates {@code schema/kifs.h}, for C99 and C++: the records, and functions that read a bulk. It
 * needs no other header of kifs. Stateless.
 */
public final class CHeader {
  private static final int ENDS_IN_LINE = 16;

  private static final String PROLOGUE =
      """
      /* SPDX-License-Identifier: Apache-2.0
       *
       * The records of a kifs bulk. Generated from the definitions in kifs; don't edit.
       *
       * A bulk is a sequence of little-endian records; each size is a multiple of 8 bytes. Step by
       * `size`, and skip unknown tags. A field whose bit is set in `absent` has no value.
       *
       * A counter never falls for one entity (one id with one start_ns) while the daemon runs,
       * except in a record with the flag KIFS_INCOMPLETE. All other figures can fall.
       */
      #ifndef KIFS_H
      #define KIFS_H

      #include <stdint.h>

      #define KIFS_MAGIC "%s"
      #define KIFS_MAJOR %d
      #define KIFS_MINOR %d

      #define KIFS_REDACTED 1u /* header flag: the client may not see every field */
      #define KIFS_INCOMPLETE 2u /* header flag: it vanished, or a read of it would have waited */
      #define KIFS_CUT 4u /* header flag: a text is cut, its record says how long the whole one is */
      #define KIFS_CHANGED 8u /* header flag of SNAPSHOT: the bulk has only what differs, see CHANGES */

      struct kifs_header {
        uint16_t tag;
        uint16_t flags;
        uint32_t size;
      };

      /* An entry of the directory, which follows struct kifs_snapshot. */
      struct kifs_entry {
        uint16_t tag;
        uint16_t zero;
        uint32_t size; /* of each record; 0: varies */
        uint64_t count;
        uint64_t offset; /* from the bulk's first byte */
      };

      """;

  private static final String STEPS =
      """
      /* The directory's entry for a tag; 0 if there is none. */
      static inline const struct kifs_entry *kifs_find(const struct kifs_snapshot *bulk, uint16_t tag)
      {
        const struct kifs_entry *entry = (const struct kifs_entry *)(bulk + 1);
        for (uint16_t i = 0; i < bulk->entries; i++)
          if (entry[i].tag == tag)
            return entry + i;
        return 0;
      }

      /* The record after this one. */
      static inline const void *kifs_next(const void *record)
      {
        return (const char *)record + ((const struct kifs_header *)record)->size;
      }

      /* Whether a field is present: kifs_has(process, KIFS_PROCESS_RSS_BYTES). */
      #define kifs_has(record, field) (!(1 & ((record)->absent >> (field))))

      """;

  private CHeader() {}

  public static String text() {
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
            Locale.ROOT,
            PROLOGUE,
            SnapshotRecord.MAGIC_VALUE,
            SnapshotRecord.MAJOR_VALUE,
            SnapshotRecord.MINOR_VALUE));
    Records.values().forEach(values -> values(out, values));
    for (RecordType type : Records.ALL) {
      record(out, type);
    }
    out.append(STEPS).append(Resources.text("reader.h"));
    for (RecordType type : Records.ALL) {
      if (type.hasAbsent()) {
        next(out, type);
      }
    }
    out.append(Resources.text("recording.h"));
    return out.append("#endif\n\n#endif\n").toString();
  }

  private static void values(StringBuilder out, ValueNames names) {
    out.append("enum kifs_").append(names.name()).append(" {\n");
    for (ValueNames.Value value : names.values()) {
      String constant = "KIFS_" + names.name().toUpperCase(Locale.ROOT) + "_" + value.constant();
      String doc = value.isClear() ? "" : value.doc();
      CText.line(out, "  ", constant + " = " + value.number() + ",", doc);
    }
    out.append("};\n\n");
  }

  /** The function that copies the next record of a type. */
  private static void next(StringBuilder out, RecordType type) {
    String name = type.name().toLowerCase(Locale.ROOT);
    List<String> ends =
        type.fields().stream()
            .map(field -> Integer.toString(field.offset() + field.count() * field.type().bytes()))
            .toList();
    out.append("\n/* clang-format off */\n");
    out.append("static inline int kifs_next_").append(name);
    out.append("(struct kifs_cursor *cursor, struct kifs_").append(name).append(" *record)\n{\n");
    out.append("  static const uint16_t ends[] = {");
    for (int i = 0; i < ends.size(); i++) {
      out.append(i % ENDS_IN_LINE == 0 ? "\n    " : " ").append(ends.get(i)).append(',');
    }
    out.append("\n  };\n  return kifs_copy_next(cursor, record, sizeof *record, ends, KIFS_");
    out.append(type.name()).append("_FIELDS);\n}\n/* clang-format on */\n");
  }

  private static void record(StringBuilder out, RecordType type) {
    CText.comment(out, "", type.name() + ": " + type.doc());
    out.append("#define KIFS_").append(type.name()).append(' ').append(type.tag()).append('\n');
    if (type.hasAbsent()) {
      out.append("enum {\n");
      for (Field field : type.fields()) {
        out.append(
            String.format(
                Locale.ROOT,
                "  KIFS_%s_%s = %d,\n",
                type.name(),
                field.name().toUpperCase(Locale.ROOT),
                field.number()));
      }
      out.append("  KIFS_").append(type.name()).append("_FIELDS = ");
      out.append(type.fields().size()).append(" /* number of fields */\n};\n");
    }
    out.append("struct kifs_").append(type.name().toLowerCase(Locale.ROOT)).append(" {\n");
    out.append("  uint16_t tag;\n  uint16_t flags;\n  uint32_t size;\n");
    int at = 8;
    for (Field field : type.fields()) {
      if (field.offset() > at) {
        out.append(String.format("  uint8_t reserved%d[%d];\n", at, field.offset() - at));
      }
      String array = field.count() == 1 ? "" : "[" + field.count() + "]";
      CText.line(
          out,
          "  ",
          field.type().cName() + " " + field.name() + array + ";",
          (field.isCounter() ? "counter; " : "")
              + (field.unit().isEmpty() ? "" : field.unit() + "; ")
              + field.doc());
      at = field.offset() + field.count() * field.type().bytes();
    }
    out.append("};\n\n");
  }

  /** Writes the header into the file named by the only argument. */
  public static void main(String[] arguments) throws IOException {
    Files.writeString(Path.of(arguments[0]), text());
  }
}
