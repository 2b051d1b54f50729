package kifs.kernel.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import kifs.kernel.record.Field;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.Records;
import kifs.kernel.record.SnapshotRecord;
import kifs.kernel.source.SourceKind;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The generated descriptions agree with the definitions, according to the tools that read them. */
class SchemaTest {
  private static final Path REFERENCE = Project.ROOT.resolve("docs/records.md");

  @TempDir Path directory;

  @Test
  void theHeaderHasEveryFieldAtItsOffsetInC99() throws Exception {
    compile("cc", "-std=c99", "check.c");
  }

  @Test
  void theHeaderHasEveryFieldAtItsOffsetInCPlusPlus() throws Exception {
    boolean hasCompiler = new ProcessBuilder("sh", "-c", "command -v c++").start().waitFor() == 0;
    assumeTrue(hasCompiler, "no c++ here");
    compile("c++", "-std=c++11", "check.cc");
  }

  private void compile(String compiler, String standard, String file) throws Exception {
    Files.writeString(directory.resolve("kifs.h"), CHeader.text());
    Files.writeString(directory.resolve(file), checks());
    String said =
        run(
            compiler,
            standard,
            "-pedantic",
            "-Wpadded",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-fsyntax-only",
            file);
    assertEquals("", said);
  }

  /** A program that compiles only if every size, offset and type is as defined. */
  private static String checks() {
    StringBuilder out = new StringBuilder();
    // Including the header twice must be allowed.
    out.append("#include \"kifs.h\"\n#include \"kifs.h\"\n#include <stddef.h>\n");
    out.append("#define CHECK(name, holds) typedef char name[(holds) ? 1 : -1]\n");
    for (RecordType type : Records.ALL) {
      String lower = type.name().toLowerCase(Locale.ROOT);
      String struct = "struct kifs_" + lower;
      check(out, lower + "_size", "sizeof(" + struct + ") == " + type.size());
      check(out, lower + "_tag", "KIFS_" + type.name() + " == " + type.tag());
      check(out, lower + "_header", "offsetof(" + struct + ", size) == 4");
      out.append("extern " + struct + " one_" + lower + ";\n");
      for (Field field : type.fields()) {
        String at = "offsetof(" + struct + ", " + field.name() + ")";
        String name = lower + "_" + field.name();
        check(out, name + "_offset", at + " == " + field.offset());
        int size = field.count() * field.type().bytes();
        check(
            out, name + "_bytes", "sizeof(((" + struct + " *)0)->" + field.name() + ") == " + size);
        if (type.hasAbsent()) {
          String number = "KIFS_" + name.toUpperCase(Locale.ROOT);
          check(out, name + "_number", number + " == " + field.number());
        }
        String c = field.type().cName();
        String address = (field.count() == 1 ? "&" : "") + "one_" + lower + "." + field.name();
        out.append("const " + c + " *address_" + name + "(void);\n");
        out.append("const " + c + " *address_" + name + "(void) { return " + address + "; }\n");
      }
    }
    return out.toString();
  }

  private static void check(StringBuilder out, String name, String condition) {
    out.append("CHECK(check_" + name + ", " + condition + ");\n");
  }

  @Test
  void aProgramInCReadsABulk() throws Exception {
    Files.writeString(directory.resolve("kifs.h"), CHeader.text());
    Files.write(directory.resolve("bulk"), golden("bulk"));
    Files.writeString(
        directory.resolve("read.c"),
        """
        #include "kifs.h"
        #include <stdio.h>
        #include <string.h>

        int main(void)
        {
          static uint64_t buffer[1 << 16];
          FILE *file = fopen("bulk", "rb");
          size_t size = fread(buffer, 1, sizeof buffer, file);
          const struct kifs_snapshot *bulk = (const void *)buffer;
          fclose(file);
          if (size != bulk->bytes || memcmp(bulk->magic, KIFS_MAGIC, 8) != 0)
            return 1;
          const struct kifs_entry *entry = kifs_find(bulk, KIFS_PROCESS);
          const struct kifs_process *process = (const void *)((const char *)bulk + entry->offset);
          for (uint64_t i = 0; i < entry->count; i++, process = kifs_next(process))
            printf("%d %s %d\\n", (int)process->pid, process->comm,
                   kifs_has(process, KIFS_PROCESS_RSS_BYTES));
          return kifs_find(bulk, KIFS_LIMITS) != 0;
        }
        """);
    assertEquals("", run("cc", "-std=c99", "-Wall", "-Wextra", "-Werror", "-o", "read", "read.c"));
    assertEquals("100 java 1\n200 kworker/0:1 1\n", run("./read"));
  }

  @Test
  void theJsonAgreesWithTheDefinitions() throws Exception {
    Files.writeString(directory.resolve("records.json"), RecordsJson.text());
    String program =
        """
        import json
        schema = json.load(open('records.json'))
        print(schema['format']['major'], schema['format']['minor'])
        for r in schema['records']:
            print(r['tag'], r['name'], r['size'], r['varies'], r['doc'])
            for f in r['fields']:
                print('', f['number'], f['name'], f['offset'], f['type'], f['unit'], f['doc'],
                      f['source'], sep='|')
        """;
    StringBuilder expected = new StringBuilder("1 0\n");
    for (RecordType type : Records.ALL) {
      String varies = type.isFixed() ? "False" : "True";
      expected.append(
          String.join(
              " ", "" + type.tag(), type.name(), "" + type.size(), varies, type.doc() + "\n"));
      for (Field field : type.fields()) {
        expected.append(
            String.join(
                "|",
                "",
                "" + field.number(),
                field.name(),
                "" + field.offset(),
                field.schemaType(),
                field.unit(),
                field.doc(),
                field.source() + "\n"));
      }
    }
    assertEquals(expected.toString(), run("python3", "-c", program));
  }

  @Test
  void thePythonModuleAgreesWithTheDefinitions() throws Exception {
    Files.writeString(directory.resolve("kifs.py"), PythonModule.text());
    String program =
        """
        import kifs
        for t in kifs.TYPES.values():
            print(t.tag, t.name, t.size)
            for f in t.fields.values():
                values = [f"{v.name}={v.value}" for v in f.values or ()]
                print(f.name, f.offset, f.type, f.unit, f.is_counter, *values, sep="|")
        """;
    StringBuilder expected = new StringBuilder();
    for (RecordType type : Records.ALL) {
      expected.append(type.tag() + " " + type.name() + " " + type.size() + "\n");
      for (Field field : type.fields()) {
        expected.append(field.name() + "|" + field.offset() + "|" + field.schemaType());
        expected.append("|" + field.unit() + "|" + (field.isCounter() ? "True" : "False"));
        field
            .values()
            .ifPresent(
                names ->
                    names
                        .values()
                        .forEach(v -> expected.append("|" + v.constant() + "=" + v.number())));
        expected.append('\n');
      }
    }
    assertEquals(expected.toString(), run("python3", "-c", program));
  }

  /** SNAPSHOT's names of the sources are those of the sources themselves. */
  @Test
  void theSourcesHaveTheirNames() {
    List<String> labels = SnapshotRecord.SOURCE.values().orElseThrow().labels();
    assertEquals(SourceKind.values().length + 1, labels.size());
    for (SourceKind kind : SourceKind.values()) {
      assertEquals(kind.name().toLowerCase(Locale.ROOT), labels.get(kind.code()));
    }
  }

  @Test
  void theReferenceIsUpToDate() throws IOException {
    assertEquals(
        RecordsReference.text(),
        Files.readString(REFERENCE),
        "docs/records.md is old; renew it by java -cp kernel-model/target/classes"
            + " kifs.kernel.schema.RecordsReference docs/records.md");
  }

  private static byte[] golden(String name) throws IOException {
    Path file = Project.TEST_DATA.resolve("golden/" + name + ".hex");
    StringBuilder hex = new StringBuilder();
    for (String line : Files.readAllLines(file)) {
      hex.append(line.substring(line.indexOf(' ')).replace(" ", ""));
    }
    return HexFormat.of().parseHex(hex);
  }

  private String run(String... command) {
    String bytes = Run.of(command).in(directory).silent().out();
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
