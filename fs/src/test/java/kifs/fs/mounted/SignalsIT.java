package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import kifs.testing.Await;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the daemon does when it gets a signal. */
@Timeout(90)
class SignalsIT {
  private static final String DEMO = "--source=simulated:" + Project.DEMO;

  @TempDir Path temporary;
  private Path mountpoint;

  @BeforeEach
  void makeMountpoint() throws IOException {
    mountpoint = Files.createDirectory(temporary.toRealPath().resolve("m"));
  }

  private static void send(String signal, long pid) {
    Run.of("kill", "-" + signal, Long.toString(pid)).silent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void aDaemonInTheForegroundUnmountsAndSucceeds(String signal) throws Exception {
    Process daemon =
        Run.of(Project.MOUNT.toString(), DEMO, "--foreground", mountpoint.toString()).start();
    try {
      Await.until("it is mounted", () -> Files.exists(mountpoint.resolve("about")));
      send(signal, daemon.pid());
      assertTrue(daemon.waitFor(30, TimeUnit.SECONDS), signal + " doesn't end the daemon");
      assertEquals(0, daemon.exitValue());
      assertFalse(MountedKifs.isMounted(mountpoint));
    } finally {
      daemon.destroyForcibly();
      if (MountedKifs.isMounted(mountpoint)) {
        Run.of("umount", "-l", mountpoint.toString()).result();
      }
    }
  }

  @Test
  void hangupReopensTheLog() throws IOException {
    Path log = temporary.resolve("\u00fc log");
    Path rotated = temporary.resolve("log.1");
    Run.Result mount = MountedKifs.script(DEMO, "--log=" + log, mountpoint.toString()).silent();
    long pid = Long.parseLong(mount.out().replaceAll("(?s).*pid (\\d+).*", "$1"));
    try {
      Files.move(log, rotated);
      send("HUP", pid);
      Await.until("the new log", () -> Files.exists(log) && size(log) > 0);
      long before = size(rotated);
      // Every file that the daemon writes is the new one, so the old one's space can come back.
      Await.until("no descriptor is the old log", () -> !descriptors(pid).contains("log.1"));
      String opened = descriptors(pid);
      assertEquals(2, opened.lines().filter(name -> name.endsWith(" log")).count(), opened);
      assertEquals(
          0, Run.of("cat", mountpoint.resolve("system/load").toString()).result().status());
      MountedKifs.script("--unmount", mountpoint.toString()).silent();
      assertTrue(Files.readString(log).contains("kifs: stopped"), Files.readString(log));
      assertEquals(before, size(rotated));
    } finally {
      if (MountedKifs.isMounted(mountpoint)) {
        MountedKifs.script("--unmount", mountpoint.toString()).result();
      }
    }
  }

  private static String descriptors(long pid) {
    return Run.bash("readlink /proc/$1/fd/*", pid).result().out();
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0;
    }
  }

  @Test
  void signalsOfTheUserDoNothing() {
    try (MountedKifs kifs = MountedKifs.at(mountpoint, "signals", DEMO)) {
      for (String signal : new String[] {"USR1", "USR2", "HUP", "USR1", "USR2"}) {
        send(signal, kifs.pid());
      }
      // A signal that ended the daemon would have done so by then: it is handled before the signal
      // that follows it.
      send("HUP", kifs.pid());
      Await.until(
          "the second hangup is handled",
          () ->
              kifs.log().lines().filter(line -> line.contains("this log was opened")).count() >= 2);
      assertTrue(kifs.isRunning());
      kifs.read("about");
    }
  }
}
