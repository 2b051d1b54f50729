package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import kifs.testing.Program;
import kifs.testing.Run;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A daemon without CAP_SYS_PTRACE. Values that /proc refuses are absent, and {@code about} says so
 * once. Values that the BPF programs provide are present.
 */
@Timeout(120)
class RefusedIT {
  private static final List<String> WITHOUT_PTRACE =
      List.of("setpriv", "--bounding-set=-sys_ptrace");

  @TempDir Path mountpoint;
  @TempDir Path directory;

  @AfterEach
  void endAll() {
    Program.closeAll();
  }

  private Program deadlock() {
    return Program.run("locks", "normal", directory, "T a | b", "T b | a");
  }

  private static String cat(MountedKifs kifs, String name) {
    return Run.of("cat", kifs.path(name).toString()).silent().out();
  }

  private static long said(MountedKifs kifs, String what) {
    return kifs.read("about").lines().filter(line -> line.contains(what)).count();
  }

  @Test
  void valuesThatProcRefusesAreAbsentAndReportedOnce() {
    try (MountedKifs kifs =
            MountedKifs.by(WITHOUT_PTRACE, mountpoint, "refused-procfs", "--source=procfs");
        Program files = Program.run("fd-kinds", directory);
        Program locks = deadlock()) {
      String fds = "processes/" + files.pid() + "/fds/";
      assertEquals("type=unknown\n", cat(kifs, fds + "3"));
      assertEquals("type=unknown\n", cat(kifs, fds + "4"));
      int thread = Integer.parseInt(locks.lines().get(1).split(" ")[2]);
      String wait = "processes/" + locks.pid() + "/threads/" + thread + "/wait";
      assertEquals("-\n", cat(kifs, wait));
      assertFalse(cat(kifs, "locks/waits").contains(locks.pid() + " "));
      assertFalse(cat(kifs, "locks/deadlocks").contains(locks.pid() + " "));
      // A crawler that reads every file gets no error.
      Run.bash(
              "find \"$1\" -name notify -prune -o -type f -exec cat {} + >/dev/null",
              kifs.path("processes/" + files.pid()))
          .silent();
      assertEquals(1, said(kifs, "the kernel refuses what the fds of some processes are"));
      assertEquals(1, said(kifs, "the kernel refuses io, system calls and waits of some"));
    }
  }

  @Test
  void theProgramsProvideAllValues() {
    try (MountedKifs kifs =
            MountedKifs.by(WITHOUT_PTRACE, mountpoint, "refused-bpf", "--source=bpf");
        Program files = Program.run("fd-kinds", directory);
        Program locks = deadlock()) {
      for (String line : files.lines()) {
        String[] words = line.split(" ");
        String said = cat(kifs, "processes/" + files.pid() + "/fds/" + words[0]);
        for (String word : Arrays.asList(words).subList(1, words.length)) {
          // A socket that is neither bound nor connected is in none of the kernel's lists, so it is
          // read from /proc, which may refuse it.
          boolean refused = line.endsWith("state=closed");
          assertTrue(refused || said.contains(word), word + " in " + said);
        }
      }
      assertTrue(cat(kifs, "locks/waits").contains(locks.pid() + " "));
      assertTrue(cat(kifs, "locks/deadlocks").contains(locks.pid() + " "));
    }
  }
}
