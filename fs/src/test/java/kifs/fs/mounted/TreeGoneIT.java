package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kifs.testing.Program;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients that are part of the project notice that the tree has gone, and some go on when it is
 * back (docs/notify.md 9.7).
 */
@Timeout(120)
class TreeGoneIT {
  private static final String WAIT = Project.ROOT.resolve("examples/kifs-wait.sh").toString();
  private static final String WAIT_PY = Project.CLIENTS.resolve("wait.py").toString();
  private static final String EXAMPLES = Project.ROOT.resolve("examples").toString();

  @TempDir Path mountpoint;
  @TempDir Path state;

  private String never() {
    return mountpoint.resolve("system/notify/load/above/1000000").toString();
  }

  /** The program of docs/usage.md, for this mountpoint. */
  private String readme() throws IOException {
    Matcher code =
        Pattern.compile("```python\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Project.ROOT.resolve("docs/usage.md")));
    assertTrue(code.find());
    return code.group(1).replace("/mnt/kernel", mountpoint.toString());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aClientEndsWithAnError(boolean kill) throws IOException {
    try (MountedKifs kifs = MountedKifs.at(mountpoint, "gone-" + kill)) {
      Map<String, Program> clients = new TreeMap<>();
      start(kifs, clients, "wait", Run.of(WAIT, never()));
      start(kifs, clients, "follow", Run.of(WAIT, "--follow", never()));
      start(
          kifs,
          clients,
          "pipe",
          Run.bash(
              "set -o pipefail; \"$1\" --follow \"$2\" | while read -r e; do :; done",
              WAIT,
              never()));
      start(kifs, clients, "wait.py", Run.of("python3", WAIT_PY, never()));
      int before = kifs.waiters();
      clients.put("usage", Program.start(Run.python(readme())));
      clients.put(
          "controller.py",
          Program.start(
              Run.of(
                  "python3",
                  EXAMPLES + "/controller.py",
                  "--memory=1K",
                  "--fds=100%",
                  mountpoint.toString())));
      for (String name : List.of("limit-hogs.sh", "limit-hogs.py")) {
        clients.put(name, limitHogs(name, kill));
      }
      // Each of the last two waits for deadlocks and for what is unusual.
      kifs.awaitWaiters(before + 5 + 2 * 2);
      if (kill) {
        kifs.kill();
      } else {
        kifs.unmount().ok();
      }
      Map<String, Integer> statuses = new TreeMap<>();
      clients.forEach((name, client) -> statuses.put(name, client.await()));
      Map<String, Integer> expected = new TreeMap<>();
      clients.keySet().forEach(name -> expected.put(name, 3));
      assertEquals(expected, statuses);
    } finally {
      Program.closeAll();
    }
  }

  private Program limitHogs(String name, boolean kill) {
    return Program.start(
        Run.of(
            EXAMPLES + "/" + name,
            "--cpu=off",
            "--memory=off",
            "--fds=off",
            "--shm=off",
            "--state=" + state.resolve(name + kill),
            mountpoint.toString()));
  }

  private static void start(
      MountedKifs kifs, Map<String, Program> clients, String name, Run command) {
    clients.put(name, kifs.startWaiter(command));
  }

  /**
   * A service that is started at boot may be there before the tree. A group may have the name of
   * another directory of the tree.
   */
  @Test
  void aClientThatReconnectsWaitsForTheTree() {
    String name = mountpoint.resolve("cgroups/system/notify/memory/above/1").toString();
    assertEquals(3, Run.of(WAIT, name).result().status(), "there is no tree");
    Program shell = Program.start(Run.of(WAIT, "--reconnect", name));
    Program python = Program.start(Run.of("python3", WAIT_PY, "--reconnect", never(), name));
    try (MountedKifs kifs = MountedKifs.at(mountpoint, "reconnect-late")) {
      assertEquals(1, shell.await(), "there is no such group");
      String group = mountpoint.resolve("cgroups/system").toString();
      assertTrue(shell.errorOutput().contains("there is no " + group), shell::errorOutput);
      assertEquals(1, python.await());
      assertTrue(python.errorOutput().contains("there is no " + group), python::errorOutput);
      kifs.awaitWaiters(0);
    } finally {
      Program.closeAll();
    }
  }

  /** The threshold is crossed while there is no tree, and is reported when there is one again. */
  @Test
  void aClientThatReconnectsLosesNoExcursion() {
    try (Program hog = Program.hog()) {
      String name =
          mountpoint.resolve("processes/" + hog.pid() + "/notify/fds/above/20").toString();
      MountedKifs first = MountedKifs.at(mountpoint, "reconnect-first");
      List<Program> clients;
      try (first) {
        clients =
            List.of(
                first.startWaiter(Run.of(WAIT, "--follow", "--reconnect", name)),
                first.startWaiter(Run.of("python3", WAIT_PY, "--reconnect", name)));
        first.kill();
      }
      hog.command("fds 30");
      try (MountedKifs second = MountedKifs.at(mountpoint, "reconnect-second")) {
        for (Program client : clients) {
          String line = client.line();
          assertTrue(line.contains(" pid=" + hog.pid() + " ") && line.contains(" value=30 "), line);
        }
        second.awaitWaiters(2);
      } finally {
        Program.closeAll();
      }
    }
  }
}
