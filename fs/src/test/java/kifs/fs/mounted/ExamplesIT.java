package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kifs.testing.Program;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The controllers of examples/ react to processes that the tests start. */
@Timeout(90)
class ExamplesIT {
  private static final String EXAMPLES = Project.ROOT.resolve("examples").toString();

  @Mounted("examples")
  private static MountedKifs kifs;

  @AfterEach
  void noWaiterIsLeft() {
    Program.closeAll();
    kifs.awaitWaiters(0);
  }

  @Test
  void aControllerInPythonSeesFilesAndLocks() {
    try (Program hog = Program.hog()) {
      Program controller =
          Program.start(
              Run.of(
                  "python3",
                  EXAMPLES + "/controller.py",
                  "--memory=1K",
                  "--fds=60%",
                  "--blocked=1s",
                  kifs.path().toString(),
                  Long.toString(hog.pid())));
      assertEquals("waiting for 3 conditions", controller.line());
      long limit = Long.parseLong(kifs.read("processes/" + hog.pid() + "/fds.limit").strip());
      // Only the last fd exceeds the threshold, so a sample before it reports nothing.
      hog.command("fds " + (limit * 6 / 10 + 1));
      String files = controller.line();
      assertTrue(files.startsWith("kifs-hog (" + hog.pid() + "): fds is 6"), files);
      hog.command("lock on");
      String locks = controller.line();
      assertTrue(locks.startsWith("kifs-hog (" + hog.pid() + "): blocked is 1"), locks);
      hog.kill();
      String gone = controller.line() + controller.line();
      assertTrue(gone.contains("fds/above/60%: gone"), gone);
      assertTrue(gone.contains("blocked/above/1s: gone"), gone);
      controller.kill();
    }
  }

  /** A condition on the host: a threshold of memory that is always exceeded. */
  @Test
  void aControllerInPythonSeesTheHost() {
    Program controller =
        Program.start(
            Run.of(
                "python3",
                EXAMPLES + "/controller.py",
                "--memory=100%",
                "--fds=99%",
                kifs.path().toString()));
    assertTrue(controller.line().startsWith("waiting for "));
    String memory = controller.line();
    assertTrue(memory.startsWith("system: memory.available is "), memory);
    controller.kill();
  }
}
