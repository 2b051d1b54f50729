package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kifs.testing.Await;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the daemon tells a supervisor, and what it reads from its configuration file. */
@Timeout(120)
class SupervisorIT {
  private static final String DEMO = "--source=simulated:" + Project.DEMO;

  @TempDir Path temporary;
  private Path mountpoint;
  private Path config;

  @BeforeEach
  void makeMountpoint() throws IOException {
    mountpoint = Files.createDirectory(temporary.toRealPath().resolve("m"));
    config = temporary.toRealPath().resolve("kifs.conf");
  }

  private Run.Result supervise(String socket, String steps) {
    return Run.pythonFile(
            "supervise.py",
            socket,
            steps,
            Project.MOUNT,
            DEMO,
            "--foreground",
            "--config=" + config,
            mountpoint)
        .result();
  }

  @Test
  void reportsEachStateOnce() throws IOException {
    Files.writeString(config, "history = off\n");
    Run.Result result =
        supervise(
            temporary.resolve("notify").toString(),
            "READY,WATCHDOG,WATCHDOG,SIGHUP,RELOADING,READY,SIGTERM,STOPPING");
    List<String> lines = result.lines();
    String ready = "READY=1 STATUS=kifs: mounted on " + mountpoint + " (source simulated, pid ";
    assertTrue(lines.get(0).startsWith(ready), result::toString);
    assertEquals(2, lines.stream().filter(line -> line.startsWith(ready)).count());
    assertTrue(lines.stream().anyMatch(line -> line.matches("RELOADING=1 MONOTONIC_USEC=\\d+")));
    assertEquals("STOPPING=1 STATUS=unmounting", lines.get(lines.size() - 2));
    assertEquals("status 0", lines.get(lines.size() - 1));
    assertTrue(result.err().contains("SIGHUP: ") == false, result::toString);
  }

  @Test
  void anAbstractSocketIsReached() throws IOException {
    Files.writeString(config, "");
    Run.Result result = supervise("@kifs-" + mountpoint, "READY,SIGTERM,STOPPING");
    assertTrue(result.ok().out().endsWith("STOPPING=1 STATUS=unmounting\nstatus 0\n"));
  }

  @Test
  void hangupReadsTheConfigurationAgain() throws IOException {
    Files.writeString(config, "waiters = 7\nuser-waiters = 5\ntick = 20ms\n");
    try (MountedKifs kifs =
        MountedKifs.at(mountpoint, "config", DEMO, "--config=" + config, "--user-waiters=3")) {
      assertTrue(kifs.read("about").contains("\nwaiters.max=7\nwaiters.max.user=3\n"));
      assertTrue(kifs.read("about").contains("\ntick.finest=0.02"), kifs.read("about"));
      Files.writeString(config, "waiters = 9\ntick = 30ms\n");
      hangUp(kifs);
      Await.until("the new number", () -> kifs.read("about").contains("\nwaiters.max=9\n"));
      Await.until("a warning", () -> kifs.log().contains("--tick changes only by a restart"));
      Files.writeString(config, "waiters = x\n");
      hangUp(kifs);
      Await.until(
          "an error", () -> kifs.log().contains("stay as they are: " + config + ": line 1"));
      assertTrue(kifs.read("about").contains("\nwaiters.max=9\nwaiters.max.user=3\n"));
      assertTrue(kifs.read("about").contains("\ntick.finest=0.02"));
    }
  }

  private static void hangUp(MountedKifs kifs) {
    Run.of("kill", "-HUP", Long.toString(kifs.pid())).silent();
  }

  @Test
  void aWrongLineIsRefused() throws IOException {
    Files.writeString(config, "tick = 7x\n");
    Run.Result result =
        MountedKifs.script(
                DEMO,
                "--config=" + config,
                "--log=" + temporary.resolve("log"),
                mountpoint.toString())
            .result();
    assertEquals(2, result.status(), result::toString);
    assertTrue(result.err().startsWith("kifs: " + config + ": line 1: "), result::toString);
  }

  @Test
  void lockedMemoryIsLocked() throws IOException {
    try (MountedKifs kifs = MountedKifs.at(mountpoint, "locked", DEMO, "--lock-memory")) {
      String status = Files.readString(Path.of("/proc/" + kifs.pid() + "/status"));
      assertTrue(status.matches("(?s).*VmLck:\\s+[1-9]\\d{3,} kB.*"), status);
      assertTrue(!kifs.read("about").contains("--lock-memory"));
    }
  }
}
