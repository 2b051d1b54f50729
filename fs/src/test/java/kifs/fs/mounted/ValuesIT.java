package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import kifs.testing.Program;
import kifs.testing.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every figure of idle processes equals that of /proc. */
@Timeout(150)
class ValuesIT {
  @TempDir Path mountpoint;

  @Test
  void twoHundredProcessesOfTenThreads(TestReporter reporter) {
    try (MountedKifs kifs = MountedKifs.at(mountpoint, "values");
        Program load = Program.load(200, 10, 12)) {
      Run.Result result =
          Run.pythonFile("values.py", kifs.path(), load.pid())
              .within(Duration.ofSeconds(120))
              .result();
      assertEquals("", result.err(), result::toString);
      assertEquals(0, result.status());
      reporter.publishEntry("values.py", result.out());
      int processes = number(result, "processes");
      int threads = number(result, "threads");
      assertTrue(processes >= 200, () -> processes + " processes");
      assertTrue(threads >= 2000, () -> threads + " threads");
    }
  }

  private static int number(Run.Result result, String what) {
    return Integer.parseInt(
        result.out().replaceAll("(?s).*compared (?:\\d+ \\w+, )?(\\d+) " + what + ".*", "$1"));
  }
}
