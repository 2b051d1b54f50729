package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import kifs.testing.Program;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A killed daemon leaves a dead mount. No client hangs in it, and the next daemon cleans it up. */
@Timeout(90)
class DaemonKilledIT {
  @TempDir Path mountpoint;

  @Test
  void aDeadMountDoesNotHangClients(TestReporter reporter) {
    try (MountedKifs kifs = MountedKifs.at(mountpoint, "killed");
        Program clients = Program.start(Run.pythonFile("waiting_clients.py", mountpoint, 50))) {
      assertEquals("started", clients.line());
      kifs.awaitWaiters(50);
      clients.send("go");
      kifs.kill();
      String line = clients.line();
      reporter.publishEntry("SIGKILL", line);
      assertTrue(line.startsWith("all 50 came back"), line);
      assertTrue(Double.parseDouble(line.replaceAll(".* within ([0-9.]+) s.*", "$1")) < 2, line);
      assertEquals(0, clients.await());
      Run.Result status = MountedKifs.script("--status", mountpoint.toString()).result();
      assertEquals(
          mountpoint + ": dead; mount.sh --unmount cleans it up\n", status.out(), status::toString);
      assertEquals(1, status.status());
    }
  }

  @Test
  void mountsAgainOverADeadMount() {
    try (MountedKifs dead = MountedKifs.at(mountpoint, "killed-first")) {
      // What was seen just before is no sign of life.
      dead.read("about");
      dead.kill();
      assertTrue(MountedKifs.isMounted(mountpoint));
      Run.Result again =
          MountedKifs.script(
                  "--log=" + mountpoint.resolveSibling("second.log"), mountpoint.toString())
              .result();
      again.ok();
      assertEquals(
          "kifs: " + mountpoint + ": cleaned up after a daemon that was killed\n", again.err());
      assertTrue(again.out().startsWith("kifs: mounted on " + mountpoint + " (source "));
      long mounts =
          Run.of("cat", "/proc/self/mountinfo")
              .out()
              .lines()
              .filter(line -> line.contains(" " + mountpoint + " "))
              .count();
      assertEquals(1, mounts);
      Run.of("cat", mountpoint.resolve("system/load").toString()).silent();
    }
  }

  /** The daemon is started without mount.sh, as a service manager does. */
  @Test
  void theDaemonItselfCleansUpToo() {
    try (MountedKifs dead = MountedKifs.at(mountpoint, "killed-then-direct")) {
      // What was seen just before is no sign of life.
      dead.read("about");
      dead.kill();
      Program daemon =
          Program.start(Run.of("java", "-jar", Project.JAR.toString(), mountpoint.toString()));
      try (daemon) {
        String line = daemon.line();
        assertTrue(line.startsWith("kifs: mounted on " + mountpoint + " (source "), line);
        assertTrue(line.endsWith(", pid " + daemon.pid() + ")"), line);
        MountedKifs.script("--unmount", mountpoint.toString()).silent();
        assertEquals(0, daemon.await());
      }
    }
  }
}
