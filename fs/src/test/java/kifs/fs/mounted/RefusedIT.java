package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A daemon without CAP_SYS_PTRACE: what /proc refuses it is absent, and {@code about} says so once;
 * what the programs tell it is there.
 */
@Timeout(120)
class RefusedIT {
  private static final List<String> WITHOUT_PTRACE =
      List.of("setpriv", "--bounding-set=-sys_ptrace");

  @TempDir Path mountpoint;
  @TempDir Path directory;

  @AfterEach
  void endAll() {
    Helper.endAll();
  }

  private static List<String> lines(Helper program) {
    List<String> lines = new ArrayList<>();
    for (String line = program.line(); !line.equals("ready"); line = program.line()) {
      lines.add(line);
    }
    return lines;
  }

  private Helper program(String name, String... arguments) {
    List<String> command = new ArrayList<>(List.of(Programs.get(name).toString()));
    command.addAll(List.of(arguments));
    return Helper.start(Run.of(command.toArray(String[]::new)));
  }

  private Helper deadlock() {
    return program("locks", "normal", directory.toString(), "T a | b", "T b | a");
  }

  private static String cat(MountedKifs kifs, String name) {
    return Run.of("cat", kifs.path(name).toString()).silent().out();
  }

  private static long said(MountedKifs kifs, String what) {
    return kifs.read("about").lines().filter(line -> line.contains(what)).count();
  }

  @Test
  void throughProcWhatIsRefusedIsAbsentAndSaidOnce() {
    try (MountedKifs kifs =
            MountedKifs.by(WITHOUT_PTRACE, mountpoint, "refused-procfs", "--source=procfs");
        Helper files = program("fd-kinds", directory.toString());
        Helper locks = deadlock()) {
      lines(files);
      String fds = "processes/" + files.pid() + "/fds/";
      assertEquals("type=unknown\n", cat(kifs, fds + "3"));
      assertEquals("type=unknown\n", cat(kifs, fds + "4"));
      int thread = Integer.parseInt(lines(locks).get(1).split(" ")[2]);
      String wait = "processes/" + locks.pid() + "/threads/" + thread + "/wait";
      assertEquals("-\n", cat(kifs, wait));
      assertFalse(cat(kifs, "locks/waits").contains(locks.pid() + " "));
      assertFalse(cat(kifs, "locks/deadlocks").contains(locks.pid() + " "));
      // Whoever reads everything has nothing to complain about.
      Run.bash(
              "find \"$1\" -name notify -prune -o -type f -exec cat {} + >/dev/null",
              kifs.path("processes/" + files.pid()))
          .silent();
      assertEquals(1, said(kifs, "the kernel refuses what the fds of some processes are"));
      assertEquals(1, said(kifs, "the kernel refuses io, system calls and waits of some"));
    }
  }

  @Test
  void theProgramsTellItAllTheSame() {
    try (MountedKifs kifs =
            MountedKifs.by(WITHOUT_PTRACE, mountpoint, "refused-bpf", "--source=bpf");
        Helper files = program("fd-kinds", directory.toString());
        Helper locks = deadlock()) {
      for (String line : lines(files)) {
        String[] words = line.split(" ");
        String said = cat(kifs, "processes/" + files.pid() + "/fds/" + words[0]);
        for (String word : Arrays.asList(words).subList(1, words.length)) {
          // A socket that is neither bound nor connected stands in no list: /proc is asked.
          boolean refused = line.endsWith("state=closed");
          assertTrue(refused || said.contains(word), word + " in " + said);
        }
      }
      lines(locks);
      assertTrue(cat(kifs, "locks/waits").contains(locks.pid() + " "));
      assertTrue(cat(kifs, "locks/deadlocks").contains(locks.pid() + " "));
    }
  }
}
