package kifs.fs.root;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import kifs.kernel.record.Records;
import org.junit.jupiter.api.Test;

/** {@code schema/attributes}: no field is without an attribute for no reason. */
class FieldTableTest {
  @Test
  void everyFieldHasAnAttributeOrAReason() {
    List<String> neither =
        FieldTable.rows().stream()
            .filter(row -> row.attributes().isEmpty() && row.reason().isEmpty())
            .map(row -> row.type() + "." + row.field())
            .toList();
    assertEquals(List.of(), neither);
  }

  @Test
  void theTextHasALineForEachField() {
    List<String> lines = FieldTable.text().lines().toList();
    int fields = Records.ALL.stream().mapToInt(type -> type.fields().size()).sum();
    assertTrue(lines.size() > 200 && lines.size() <= fields + 1, lines.size() + " lines");
    lines.forEach(line -> assertEquals(4, line.split("\t").length, line));
    List<String> ofProcess =
        lines.stream().filter(line -> line.startsWith("PROCESS\t")).collect(Collectors.toList());
    assertTrue(ofProcess.contains("PROCESS\trss_huge_bytes\trss.huge\t-"), ofProcess::toString);
    assertTrue(
        ofProcess.contains("PROCESS\tchildren_utime_ns\tcpu.children cpu.children.user\t-"),
        ofProcess::toString);
    assertTrue(
        ofProcess.contains("PROCESS\tcgroup_id\t-\tthe attribute cgroup shows the path"),
        ofProcess::toString);
  }
}
