package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import kifs.testing.Await;
import kifs.testing.Program;
import kifs.testing.Run;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The connection to the kernel is aborted, and the daemon or a client is stopped or killed. */
@Timeout(120)
class FaultsIT {
  private static final String NEVER = "system/notify/load/above/1000000";

  @TempDir Path mountpoint;
  private MountedKifs kifs;

  @BeforeEach
  void mount() {
    kifs = MountedKifs.at(mountpoint, "faults");
  }

  @AfterEach
  void unmount() {
    kifs.close();
  }

  /** Aborts the connection by its control file, in a mount namespace that has those files. */
  private void abort() {
    Run.bash(
            """
            minor=$(($(stat -c %d "$1") & 255))
            unshare --mount sh -c "
              mount -t fusectl none /sys/fs/fuse/connections
              echo 1 > /sys/fs/fuse/connections/$minor/abort"
            """,
            kifs.path())
        .ok();
  }

  @Test
  void anAbortEndsAllWaitsAndTheDaemon() {
    Program opening =
        kifs.startWaiter(Run.of("cat", kifs.path(NEVER).toString()).with("LC_ALL", "C"));
    Program reading = kifs.cat(NEVER + ",follow");
    abort();
    assertEquals(1, opening.await());
    assertEquals(1, reading.await());
    Await.until("the daemon ends", () -> !kifs.isRunning());
    assertFalse(MountedKifs.isMounted(mountpoint));
  }

  @Test
  void aDaemonThatIsStoppedGoesOn() {
    Program waiter = kifs.cat("processes/each/notify/exit/occurs/any");
    signal(kifs.pid(), "STOP");
    Program reader = Program.start(Run.of("cat", kifs.path("system/load").toString()));
    Run.of("true").ok();
    signal(kifs.pid(), "CONT");
    assertTrue(reader.line().length() > 0);
    assertEquals(0, reader.await());
    assertTrue(waiter.line().contains(" metric=exit "));
    assertEquals(0, waiter.await());
  }

  private static void signal(long pid, String name) {
    Run.of("kill", "-" + name, Long.toString(pid)).ok();
  }

  /** Clients are killed at random moments between the open of a file and its release. */
  @Test
  void clientsThatAreKilledLeaveNothing() {
    Run.python(
            """
            import os, random, select, signal, sys, time
            K = sys.argv[1]
            def client(kind):
                while True:
                    if kind == "open": os.close(os.open(K + "/system/load", os.O_RDONLY))
                    if kind == "read": open(K + "/bulk", "rb").read()
                    if kind == "list": os.listdir(K + "/processes/self")
                    if kind == "poll":
                        fd = os.open(K + "/system/notify/load/above/1000000", os.O_RDONLY | os.O_NONBLOCK)
                        poll = select.poll()
                        poll.register(fd)
                        poll.poll(20)
                        os.close(fd)
            for i in range(200):
                kind = ("open", "read", "list", "poll")[i % 4]
                pid = os.fork()
                if pid == 0: client(kind)
                time.sleep(random.random() * 0.03)
                os.kill(pid, signal.SIGKILL)
                began = time.monotonic()
                os.waitpid(pid, 0)
                assert time.monotonic() - began < 5, kind
            """,
            kifs.path())
        .silent();
    kifs.awaitWaiters(0);
    Await.until(() -> kifs.read("about"), () -> kifs.about("snapshots.held").equals("0"));
  }
}
