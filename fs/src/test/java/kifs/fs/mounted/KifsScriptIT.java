package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kifs.testing.Program;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code kifs} as users start it. */
@Timeout(120)
class KifsScriptIT {
  private static final String KIFS = Project.KIFS.toString();

  @TempDir Path directory;

  @Mounted("command")
  private static MountedKifs kifs;

  @AfterEach
  void endPrograms() {
    Program.closeAll();
  }

  @Test
  void aLinkToTheScriptFindsTheJar() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("k"), Project.KIFS);
    assertEquals(
        Run.of(Project.MOUNT.toString(), "--version").out(),
        Run.of(link.toString(), "--version").in(Path.of("/")).silent().out());
    Files.delete(link);
  }

  @Test
  void statusesReachTheShell() {
    assertEquals(2, Run.of(KIFS).result().status());
    assertEquals(2, Run.of(KIFS, "unusual", "--period=x").result().status());
    Run.Result skipped = Run.bash("echo x | \"$1\" unusual", KIFS).result();
    assertEquals(1, skipped.status());
    assertEquals("line 1: not timestamp,value: x\n", skipped.err());
  }

  @Test
  void withoutJavaItSaysWhatToDo() {
    Run.Result result = Run.of(KIFS, "--help").with("JAVA_HOME", "/nonexistent").result();
    assertEquals(1, result.status());
    assertTrue(result.err().contains("Java 17") && result.err().contains("--setup"), result.err());
  }

  @Test
  void mountsAreThoseOfMountSh() {
    assertTrue(Run.of(KIFS, "mount", "--help").silent().out().startsWith("usage: mount.sh"));
    Run.Result status = Run.of(KIFS, "status", directory.toString()).result();
    assertEquals("kifs: not mounted\n", status.out());
    assertEquals(1, status.status());
    Run.Result unmount = Run.of(KIFS, "unmount", directory.toString()).result();
    assertTrue(unmount.err().endsWith(": no kifs is mounted there\n"), unmount::toString);
  }

  /** A line is answered before the next one comes, as `tail -f` needs it. */
  @Test
  void aSeriesThatGrowsIsScoredAsItGrows() {
    try (Program unusual = Program.start(Run.of(KIFS, "unusual"))) {
      unusual.send("timestamp,value");
      for (int i = 0; i < 3; i++) {
        unusual.send("2026-01-01 00:00:0" + i + "," + i);
        assertEquals("2026-01-01 00:00:0" + i + "," + i + ",0.00,0", unusual.line());
      }
      unusual.endInput();
      assertEquals(0, unusual.await());
    }
  }

  @Test
  void whenNobodyReadsTheOutputItEndsSilently() {
    Run.Result result =
        Run.bash("set -o pipefail; yes 1,1 | \"$1\" unusual | head -n 1", KIFS).result();
    assertEquals("1,1,0.00,0\n", result.out());
    assertEquals("", result.err());
  }

  /** A quarter of a million lines take less than 64 MiB of heap, so no line is kept. */
  @Test
  void aLongSeriesTakesConstantMemory() {
    Run.Result result =
        Run.bash(
                "for i in {1..250000}; do echo $i,$((i % 7)); done | "
                    + "JDK_JAVA_OPTIONS=-Xmx16m \"$1\" unusual | wc -l",
                KIFS)
            .result();
    assertEquals("250000\n", result.ok().out());
  }

  @Test
  void aMountIsPrinted() {
    try (Program hog = Program.hog()) {
      String pid = Long.toString(hog.pid());
      String out =
          Run.of(
                  KIFS,
                  "print",
                  kifs.path().toString(),
                  "--tags=process",
                  "--where=pid=" + pid,
                  "--format=csv",
                  "--columns=pid,comm")
              .silent()
              .out();
      assertEquals("pid,comm\n" + pid + ",kifs-hog\n", out);
      String own = kifs.path("processes/" + pid).toString();
      String command = Run.of(KIFS, "print", own, "--tags=command", "--format=json").silent().out();
      assertTrue(command.contains("\"pid\":" + pid + ","), command);
    }
  }

  @Test
  void copiesOfTheMountAreCheckedAndCompared() {
    Run.Result result =
        Run.bash(
                "cat \"$2/bulk\" > \"$3/a\" && \"$1\" check \"$3/a\" && \"$1\" diff \"$3/a\""
                    + " \"$2\"",
                KIFS,
                kifs.path(),
                directory)
            .result();
    assertTrue(result.out().startsWith(directory + "/a: right: "), result::out);
    // The program that made the copy is in it, and has ended since.
    assertEquals(1, result.status(), result::toString);
    assertTrue(
        result.out().lines().anyMatch(line -> line.matches("- pid=[0-9]+ comm=cat")),
        result::toString);
    Run.of("rm", directory.resolve("a").toString()).silent();
  }

  @Test
  void waitsForTheFirstOfSeveralThresholds() {
    String never = kifs.path("processes/self/notify/rss/above/900G").toString();
    String now = kifs.path("system/notify/processes/above/1").toString();
    String event = Run.of(KIFS, "wait", never, now).silent().out();
    assertTrue(event.contains(" metric=processes predicate=above "), event);
    Run.Result timeout = Run.of(KIFS, "wait", "--timeout=100ms", never).result();
    assertEquals(4, timeout.status(), timeout::toString);
    Run.Result refused =
        Run.of(KIFS, "wait", kifs.path("system/notify/nope/above/1").toString()).result();
    assertEquals(1, refused.status(), refused::toString);
    kifs.awaitWaiters(0);
  }

  @Test
  void whenTheProcessEndsTheWaitEnds() {
    try (Program hog = Program.hog()) {
      Path name = kifs.path("processes/" + hog.pid() + "/notify/rss/above/900G");
      try (Program wait = kifs.startWaiter(Run.of(KIFS, "wait", name.toString()))) {
        hog.kill();
        assertEquals(1, wait.await());
      }
    }
  }

  @Test
  void bashCompletesWords() {
    String words =
        Run.bash(
                "source <(\"$1\" completion); COMP_WORDS=(kifs unus) COMP_CWORD=1;"
                    + " _complete_kifs; echo \"${COMPREPLY[@]}\"",
                KIFS)
            .silent()
            .out();
    assertEquals("unusual\n", words);
  }
}
