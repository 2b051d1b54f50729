package kifs.fs.mounted;

import static kifs.fs.mounted.MountedKifs.event;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import kifs.testing.Await;
import kifs.testing.Program;
import kifs.testing.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Figures that other monitors miss: each test sets up what they were reported to miss. */
@Timeout(120)
class FiguresIT {
  @Mounted("figures")
  private static MountedKifs kifs;

  private static String proc(String name) {
    try {
      return Files.readString(Path.of("/proc/" + name), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  /** Who only looks at the main thread finds no memory, no files and no command line. */
  @Test
  void aProcessWhoseMainThreadHasEnded() throws Exception {
    try (Program program = Program.run("leader-gone")) {
      int pid = program.pid();
      Await.until("the main thread is a zombie", () -> proc(pid + "/stat").contains(") Z "));
      Map<String, String> stat = kifs.values("processes/" + pid + "/stat");
      assertEquals("S", stat.get("state"));
      assertTrue(Long.parseLong(stat.get("rss")) >= 64 << 20, stat::toString);
      assertTrue(Integer.parseInt(stat.get("fds")) >= 200, stat::toString);
      assertTrue(stat.get("cmdline").endsWith("leader-gone"), stat::toString);
      assertTrue(stat.get("exe").endsWith("leader-gone"), stat::toString);
      assertEquals(Integer.toString(4 << 20), stat.get("shm"));
      assertTrue(kifs.read("hogs/fds").lines().anyMatch(l -> l.trim().startsWith(pid + " ")));
      assertTrue(kifs.read("hogs/shm").lines().anyMatch(l -> l.trim().startsWith(pid + " ")));
      assertTrue(kifs.read("processes/" + pid + "/fds/0").startsWith("type="));
      String notify = "processes/" + pid + "/notify/";
      assertEquals("leader-gone", kifs.eventNow(notify + "rss/above/60M").get("comm"));
      assertEquals("leader-gone", kifs.eventNow(notify + "fds/above/199").get("comm"));
      Program exit = kifs.cat(notify + "exit/occurs/any");
      program.endInput();
      assertEquals(Integer.toString(pid), event(exit).get("pid"));
    }
  }

  /** No child lives long enough to be seen, and the shell itself does little. */
  @Test
  void aShellThatRunsShortPrograms() {
    Run shell = Run.of("sh", "-c", "echo ready; while :; do /bin/true; done");
    try (Program program = Program.ready(shell)) {
      String own = "processes/" + program.pid();
      Map<String, String> both =
          event(kifs.cat(own + "/notify/cpu.with.children/above/10,over=1s"));
      assertEquals("cpu.with.children", both.get("metric"));
      Map<String, String> stat = kifs.values(own + "/stat");
      double children = Double.parseDouble(stat.get("cpu.children"));
      assertTrue(children > 0, stat::toString);
      double parts =
          Double.parseDouble(stat.get("cpu.children.user"))
              + Double.parseDouble(stat.get("cpu.children.system"));
      assertEquals(children, parts, 1e-6);
    }
  }

  /** The names that change while they are compared are left out. */
  @Test
  void namesOfKernelThreads() throws Exception {
    List<String> workers = new ArrayList<>();
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      all.map(path -> path.getFileName().toString())
          .filter(name -> name.matches("\\d+") && proc(name + "/comm").startsWith("kworker/"))
          .forEach(workers::add);
    }
    int compared = 0;
    int longer = 0;
    for (String pid : workers) {
      String before = proc(pid + "/comm");
      String shown = read("processes/" + pid + "/comm");
      String ofThread = read("processes/" + pid + "/threads/" + pid + "/comm");
      if (!before.isEmpty() && before.equals(proc(pid + "/comm"))) {
        assertEquals(before, shown);
        assertEquals(before, ofThread);
        compared++;
        longer += before.length() > 16 ? 1 : 0;
      }
    }
    assertTrue(compared > 0, workers.size() + " workers");
    assertTrue(longer > 0, "a name that doesn't fit in a record");
  }

  /** Empty if the worker has ended. */
  private static String read(String name) {
    return Run.of("cat", kifs.path(name).toString()).result().out();
  }

  @Test
  void aLongCommandLine() {
    String python =
        """
        import os, sys
        if len(sys.argv) < 3:
            os.execv(sys.executable, [sys.executable, "-c", sys.argv[1], "x"] + ["y" * 99999] * 15)
        print("ready", flush=True)
        sys.stdin.read()
        """;
    try (Program program = Program.ready(List.of("python3", "-c", python, python))) {
      String shown = read("processes/" + program.pid() + "/cmdline");
      String line = proc(program.pid() + "/cmdline");
      assertTrue(line.length() > 1_500_000, line.length() + " bytes");
      assertTrue(shown.length() >= line.length() - 1, shown.length() + " of " + line.length());
      assertTrue(shown.endsWith("y" + "y".repeat(99_998) + "\n"));
    }
  }
}
