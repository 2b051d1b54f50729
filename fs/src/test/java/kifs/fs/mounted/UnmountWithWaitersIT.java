package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import kifs.testing.Await;
import kifs.testing.Program;
import kifs.testing.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * When the tree is unmounted while a hundred clients wait in it, each of them gets an error at
 * once.
 */
@Timeout(90)
class UnmountWithWaitersIT {
  private static final int CLIENTS = 100;

  @TempDir Path mountpoint;

  @Test
  void byMountSh(TestReporter reporter) {
    try (MountedKifs kifs = MountedKifs.at(mountpoint, "unmount");
        Program clients = clients(kifs)) {
      Run.Result unmount = kifs.unmount();
      assertEquals("kifs: unmounted " + mountpoint + "\n", unmount.silent().out());
      assertFalse(MountedKifs.isMounted(mountpoint));
      allCameBack("mount.sh --unmount", clients, reporter);
    }
  }

  @Test
  void detachedByHand(TestReporter reporter) {
    try (MountedKifs kifs = MountedKifs.at(mountpoint, "unmount-lazily");
        Program clients = clients(kifs)) {
      Run.of("umount", "-l", mountpoint.toString()).silent();
      assertFalse(MountedKifs.isMounted(mountpoint));
      allCameBack("umount -l", clients, reporter);
      Await.until("the daemon ends by itself", () -> !kifs.isRunning());
    }
  }

  @Test
  void byEndingTheDaemon(TestReporter reporter) {
    try (MountedKifs kifs = MountedKifs.at(mountpoint, "unmount-sigterm");
        Program clients = clients(kifs)) {
      Run.of("kill", "-TERM", Long.toString(kifs.pid())).silent();
      allCameBack("SIGTERM", clients, reporter);
      Await.until("the daemon ends", () -> !kifs.isRunning());
      Await.until("nothing is mounted", () -> !MountedKifs.isMounted(mountpoint));
    }
  }

  /** umount(8) reports that the mount is busy, and the waiters go on. */
  @Test
  void aRefusedUnmountDoesNotDisturbWaiters(TestReporter reporter) {
    try (MountedKifs kifs = MountedKifs.at(mountpoint, "unmount-busy");
        Program clients = clients(kifs)) {
      assertTrue(Run.of("umount", mountpoint.toString()).result().status() != 0);
      assertEquals(CLIENTS, kifs.waiters());
      kifs.unmount().ok();
      allCameBack("unmount after a refused one", clients, reporter);
    }
  }

  private static Program clients(MountedKifs kifs) {
    Program clients = Program.start(Run.pythonFile("waiting_clients.py", kifs.path(), CLIENTS));
    assertEquals("started", clients.line());
    kifs.awaitWaiters(CLIENTS);
    // The clients measure the time from here on.
    clients.send("go");
    return clients;
  }

  private static void allCameBack(String how, Program clients, TestReporter reporter) {
    String line = clients.line();
    reporter.publishEntry(how, line);
    assertTrue(line.startsWith("all " + CLIENTS + " came back"), line);
    // The first time is between the first and the last client. The second one begins with the
    // command, so it includes mount.sh itself.
    double spread = Double.parseDouble(line.replaceAll(".* within ([0-9.]+) s.*", "$1"));
    double all = Double.parseDouble(line.replaceAll(".*, ([0-9.]+) s after the word.*", "$1"));
    assertTrue(spread < 2 && all < 5, line);
    assertEquals(0, clients.await());
  }
}
