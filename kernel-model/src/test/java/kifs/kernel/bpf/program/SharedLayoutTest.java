package kifs.kernel.bpf.program;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kifs.kernel.bpf.layout.CStruct;
import kifs.kernel.bpf.layout.Capacity;
import kifs.kernel.bpf.layout.EventKind;
import kifs.kernel.bpf.layout.RequestHeader;
import kifs.kernel.bpf.layout.TextCode;
import kifs.kernel.bpf.layout.WorkKind;
import kifs.kernel.query.Bound;
import kifs.kernel.schema.CHeader;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The C compiler lays out the shared memory as the Java classes describe it. */
class SharedLayoutTest {
  private static final Path SOURCES = Project.ROOT.resolve("kernel-model/src/main/bpf");

  @TempDir Path directory;

  @Test
  void theHeaderOfRecordsIsUpToDate() throws IOException {
    assertUpToDate(CHeader.class, CHeader.text(), "kifs.h");
  }

  @Test
  void theHeaderOfSharedMemoryIsUpToDate() throws IOException {
    assertUpToDate(RequestHeader.class, RequestHeader.text(), "request.h");
  }

  private static void assertUpToDate(Class<?> writer, String text, String header)
      throws IOException {
    assertEquals(
        text,
        Files.readString(SOURCES.resolve(header)),
        String.format(
            "%s is old; renew it by java -cp kernel-model/target/classes %s"
                + " kernel-model/src/main/bpf/%s, then run kernel-model/src/main/bpf/build.sh",
            header, writer.getName(), header));
  }

  @Test
  void theCompilerPutsEachMemberAtItsOffset() throws Exception {
    Map<String, Integer> expected = new LinkedHashMap<>();
    for (Capacity capacity : Capacity.values()) {
      expected.put(capacity.cName(), capacity.count());
    }
    for (TextCode code : TextCode.values()) {
      expected.put("KIFS_" + code, code.length());
    }
    number(expected, WorkKind.values());
    number(expected, Bound.Relation.values());
    number(expected, EventKind.values());
    for (CStruct struct : RequestHeader.structs()) {
      expected.put("sizeof(struct " + struct.name() + ")", struct.size());
      for (CStruct.Member member : struct.members()) {
        String inStruct = "struct " + struct.name() + ", " + member.name();
        expected.put("offsetof(" + inStruct + ")", member.offset());
        expected.put(
            "sizeof(((struct " + struct.name() + " *)0)->" + member.name() + ")", member.size());
      }
    }
    assertEquals(expected, compile(expected));
  }

  private static void number(Map<String, Integer> expected, Enum<?>... constants) {
    for (Enum<?> constant : constants) {
      expected.put("KIFS_" + constant.name(), constant.ordinal());
    }
  }

  private Map<String, Integer> compile(Map<String, Integer> expected) throws Exception {
    StringBuilder program =
        new StringBuilder("#include <stddef.h>\n#include <stdio.h>\n#include \"request.h\"\n");
    program.append("int main(void)\n{\n");
    for (String expression : expected.keySet()) {
      program.append("  printf(\"%d\\n\", (int)(").append(expression).append("));\n");
    }
    Files.writeString(directory.resolve("layout.c"), program.append("}\n"));
    String binary = directory.resolve("layout").toString();
    String source = directory.resolve("layout.c").toString();
    Run.of("cc", "-I" + SOURCES, "-o", binary, source).silent();
    List<String> lines = Run.of(binary).silent().lines();
    assertEquals(expected.size(), lines.size(), String.join("\n", lines));
    Map<String, Integer> actual = new LinkedHashMap<>();
    int i = 0;
    for (String expression : expected.keySet()) {
      actual.put(expression, Integer.parseInt(lines.get(i++)));
    }
    return actual;
  }
}
