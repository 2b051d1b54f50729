package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import kifs.testing.Await;
import kifs.testing.Program;
import kifs.testing.Programs;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients in C and Java, a client with a timeout, and more clients than the maximum. */
@Timeout(120)
class ClientsIT {
  @Mounted(
      value = "clients",
      options = {"--waiters=40", "--user-waiters=30"})
  private static MountedKifs kifs;

  private static String fds(Program hog, String rest) {
    return kifs.path("processes/" + hog.pid() + "/notify/fds/" + rest).toString();
  }

  /** A client waits for three names at once. It gets every event once, by each way of waiting. */
  @ParameterizedTest
  @ValueSource(strings = {"poll", "level", "edge"})
  void inC(String way) {
    try (Program one = Program.hog();
        Program other = Program.hog()) {
      Program client =
          Program.start(
              Run.of(
                  Programs.get("poller").toString(),
                  way,
                  fds(one, "above/20"),
                  fds(other, "above/20"),
                  kifs.path("processes/" + one.pid() + "/notify/exit/occurs/any").toString()));
      assertEquals("ready", client.line());
      for (int seq = 1; seq <= 3; seq++) {
        other.command("fds 30");
        String line = client.line();
        assertTrue(line.contains(" seq=" + seq + " ") && line.contains("pid=" + other.pid()), line);
        other.command("fds 10");
        awaitSamples();
      }
      one.command("fds 40");
      assertTrue(client.line().contains(" seq=1 "));
      one.kill();
      String last = client.line() + client.line() + client.line();
      assertEquals(2, last.split("gone", -1).length - 1, last);
      assertTrue(last.contains(" metric=exit "), last);
      other.kill();
      assertEquals("gone", client.line());
      assertNull(client.line());
      assertEquals(0, client.await());
    }
  }

  private static void awaitSamples() {
    long before = Long.parseLong(kifs.about("samples"));
    Await.until("samples", () -> Long.parseLong(kifs.about("samples")) >= before + 3);
  }

  @Test
  void inJava() {
    try (Program hog = Program.hog()) {
      Program client =
          Program.start(
              Run.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  Project.ROOT.resolve("fs/src/test/clients/NioClient.java").toString(),
                  fds(hog, "above/20"),
                  fds(hog, "above/50")));
      assertEquals("whole", client.line());
      kifs.awaitWaiters(1);
      hog.command("fds 30");
      assertTrue(client.line().contains(" value=30 "));
      assertEquals("following", client.line());
      hog.command("fds 60");
      assertTrue(client.line().contains(" value=60 "));
      hog.command("fds 10");
      awaitSamples();
      hog.command("fds 70");
      assertTrue(client.line().contains(" value=70 "));
      hog.kill();
      assertEquals("end", client.line());
      assertEquals(0, client.await());
    }
  }

  @Test
  void aTimeoutOfFiveSeconds() {
    Run.Result result =
        Run.bash("time -p timeout 5 cat \"$1/system/notify/load/above/1000000\"", kifs.path())
            .result();
    assertEquals(124, result.status(), result::toString);
    double seconds = Double.parseDouble(result.err().replaceAll("(?s).*real ([0-9.]+).*", "$1"));
    assertTrue(seconds < 7, result::toString);
  }

  /**
   * One user can't have all waiters. An open over the maximum fails at once, and the other waiters
   * go on.
   */
  @Test
  void tooManyWaitersAreEAGAIN() {
    String open =
        """
        import errno, os, sys, time
        fds = []
        def more():
            try:
                fds.append(os.open(f"{sys.argv[1]}/system/notify/load/above/{len(fds) + 1000}",
                                   os.O_RDONLY | os.O_NONBLOCK))
                return True
            except OSError as e:
                print(len(fds), errno.errorcode[e.errno], flush=True)
        while more():
            pass
        try:
            os.open(f"{sys.argv[1]}/system/notify/load/above/1000", os.O_RDONLY)
        except OSError as e:
            print("blocking", errno.errorcode[e.errno], flush=True)
        os.close(fds.pop())
        more()
        print(len(fds), flush=True)
        sys.stdin.readline()
        """;
    Program greedy = Program.start(Run.python(open, kifs.path()));
    assertEquals("30 EAGAIN", greedy.line());
    assertEquals("blocking EAGAIN", greedy.line());
    assertEquals("30", greedy.line());
    assertEquals(30, kifs.waiters());
    assertEquals("40", kifs.about("waiters.max"));
    assertEquals("30", kifs.about("waiters.max.user"));
    greedy.kill();
  }
}
