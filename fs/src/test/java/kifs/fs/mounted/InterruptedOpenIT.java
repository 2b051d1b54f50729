package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import kifs.testing.Await;
import kifs.testing.Program;
import kifs.testing.Programs;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A signal ends a client that waits in the tree. */
@Timeout(200)
class InterruptedOpenIT {
  @TempDir static Path scaledMountpoint;

  @Mounted("interrupted")
  private static MountedKifs kifs;

  @ParameterizedTest
  @CsvSource({
    "open,   1000, processes/self/notify/rss/above/1T",
    "open,   200,  processes/1/notify/exit/occurs/any",
    "follow, 300,  'system/notify/load/above/1000000,follow'",
    "read,   300,  bulk"
  })
  void racesOfASignalAgainstAWait(String what, int races, String name, TestReporter reporter) {
    Run.Result result =
        Run.pythonFile("races.py", kifs.path(name), what, races)
            .within(Duration.ofSeconds(150))
            .silent();
    reporter.publishEntry(what + " " + name, result.out());
    assertTrue(result.out().contains(" hung 0 "), result.out());
    noWaiterIsLeft();
  }

  private static void noWaiterIsLeft() {
    kifs.awaitWaiters(0);
  }

  /** The reads are long: a bulk of a million threads, and a sum over them. */
  @Test
  void racesOfASignalAgainstALongRead(TestReporter reporter) {
    try (MountedKifs million =
        MountedKifs.at(
            scaledMountpoint, "interrupted-million", "--source=simulated:" + Project.MILLION)) {
      for (String name : new String[] {"bulk", "processes/sum/rss"}) {
        Run.Result result = Run.pythonFile("races.py", million.path(name), "read", 50).silent();
        reporter.publishEntry("of a million threads, " + name, result.out());
        assertTrue(result.out().contains(" hung 0 "), result.out());
      }
      Await.until(() -> million.read("about"), () -> million.about("snapshots.bytes").equals("0"));
    }
  }

  /** The runtime of Go signals its own threads all the time. */
  @Test
  void aClientThatInterruptsItselfLosesNoEvent(TestReporter reporter) {
    Run.Result result =
        Run.pythonFile("self_interrupting.py", kifs.path(), Programs.get("hog"))
            .within(Duration.ofSeconds(120))
            .silent();
    reporter.publishEntry("self-interrupting client", result.out());
    assertTrue(result.out().startsWith("exits 40 of 40, rises 20 of 20"), result.out());
    noWaiterIsLeft();
  }

  /** If one of several readers of an open file is interrupted, the others go on waiting. */
  @Test
  void anInterruptEndsOnlyOneReaderOfADescriptor() {
    try (Program hog = Program.hog().command("fds 10")) {
      Program reader =
          Program.start(
              Run.bash(
                  """
                  exec 3< $1
                  echo open
                  read -r -u 3 line
                  echo "$line"
                  """,
                  kifs.path("processes/" + hog.pid() + "/notify/fds/above/20,follow")));
      assertEquals("open", reader.line());
      hog.command("fds 30");
      assertTrue(reader.line().contains(" metric=fds predicate=above value=30 "));
      assertEquals(0, reader.await());
      noWaiterIsLeft();
    }
  }
}
