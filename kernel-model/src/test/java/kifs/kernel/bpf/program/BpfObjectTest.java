package kifs.kernel.bpf.program;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The committed object file was made from the committed sources. */
class BpfObjectTest {
  private static final Path MODULE = Project.ROOT.resolve("kernel-model");
  private static final Path COMMITTED = MODULE.resolve("src/main/resources/kifs/kernel/bpf");
  private static final String BUILD = MODULE.resolve("src/main/bpf/build.sh").toString();

  @TempDir Path directory;

  @Test
  void theObjectWasMadeFromTheseSources() throws Exception {
    String hash = Run.of(BUILD, "--hash").out().strip();
    List<String> made = Files.readAllLines(COMMITTED.resolve("sources"));
    assertEquals(hash, made.get(0), "run src/main/bpf/build.sh src/main/resources/kifs/kernel/bpf");
  }

  @Test
  void theSameCompilerMakesTheSameObject() throws Exception {
    Run.of(BUILD, "--if-possible", directory.toString()).ok();
    assumeTrue(Files.exists(directory.resolve("sources")), "no clang here");
    List<String> made = Files.readAllLines(COMMITTED.resolve("sources"));
    List<String> here = Files.readAllLines(directory.resolve("sources"));
    assumeTrue(made.get(1).equals(here.get(1)), "another clang: " + here.get(1));
    assertArrayEquals(
        Files.readAllBytes(COMMITTED.resolve("kifs.bpf.o")),
        Files.readAllBytes(directory.resolve("kifs.bpf.o")));
  }

  @Test
  void licencesAreWhatTheKernelAsksFor() throws Exception {
    for (Path source : list()) {
      String first = Files.readAllLines(source).get(0);
      boolean generated = source.endsWith("kifs.h") || source.endsWith("build.sh");
      assertTrue(
          generated || first.contains("SPDX-License-Identifier: MIT OR GPL-2.0-only"),
          source + ": " + first);
    }
  }

  /** Every kernel refuses a program one of whose maps was omitted. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theReasonIsTheVerifiersLastLine(boolean less) throws Exception {
    Set<BpfProgram> wanted = Set.of(BpfProgram.WALK);
    try (BpfObject object = BpfObject.open()) {
      object.omitMap("kifs_slots");
      if (less) {
        object.reduceLog();
      }
      assertTrue(object.load(wanted) < 0);
      assertEquals(BpfProgram.WALK, object.refusedProgram());
      String reason = object.refusal(BpfProgram.WALK);
      assertTrue(reason.contains(less ? "invalid func" : "kifs_slots"), reason);
    }
  }

  private static List<Path> list() throws Exception {
    try (var files = Files.list(MODULE.resolve("src/main/bpf"))) {
      return files.toList();
    }
  }
}
