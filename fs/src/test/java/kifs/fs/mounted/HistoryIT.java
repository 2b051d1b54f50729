package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import kifs.testing.Await;
import kifs.testing.Program;
import kifs.testing.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The history of real processes, on a mount with the shortest useful interval. */
@Timeout(180)
class HistoryIT {
  @Mounted(value = "history", options = "--history=100ms")
  private static MountedKifs kifs;

  private static final String BUSY = "while :; do :; done";

  private static int samples() {
    return Integer.parseInt(kifs.about("history.samples"));
  }

  private static void awaitSamples(int more) {
    int before = samples();
    Await.until("samples", () -> samples() >= before + more);
  }

  @Test
  void aBusyProcessHasAHistory() {
    try (Program program = Program.ready(Run.of("sh", "-c", "echo ready; " + BUSY))) {
      awaitSamples(20);
      String own = "processes/" + program.pid();
      List<String> lines = kifs.read(own + "/history").lines().toList();
      assertTrue(lines.get(0).startsWith("time,seconds,cpu,rss,rss.rate,"), lines.get(0));
      assertTrue(lines.size() > 10, lines::toString);
      double most =
          lines.stream()
              .skip(1)
              .mapToDouble(line -> Double.parseDouble(line.split(",", -1)[2]))
              .max()
              .orElseThrow();
      assertTrue(most > 20 && most < 120, "cpu " + most);
      Map<String, String> stat = kifs.values(own + "/stat");
      assertEquals("0.00", stat.get("unusual"));
      assertTrue(Double.parseDouble(stat.get("cpu.window")) < 5, stat::toString);
      assertTrue(kifs.read(own + "/history.svg").endsWith("</svg>\n"));
      String thread = own + "/threads/" + program.pid();
      assertTrue(kifs.read(thread + "/history").startsWith("time,seconds,cpu,switches"));
    }
  }

  @Test
  void othersDoNotGetItsIo() {
    try (Program program = Program.ready(Run.of("sh", "-c", "echo ready; " + BUSY))) {
      awaitSamples(3);
      String own = kifs.path("processes/" + program.pid()).toString();
      assertTrue(kifs.read("processes/" + program.pid() + "/history").contains("io.read"));
      String[] asOther = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "cat"};
      for (String file : List.of("history", "history.svg", "stat")) {
        String text = Run.of(with(asOther, own + "/" + file)).ok().out();
        assertFalse(text.contains("io.read"), text);
        assertFalse(text.contains("unusual.io"), text);
      }
      assertFalse(Run.of(with(asOther, own + "/notify/unusual.io/above/6")).result().status() == 0);
    }
  }

  private static String[] with(String[] words, String last) {
    String[] all = Arrays.copyOf(words, words.length + 1);
    all[words.length] = last;
    return all;
  }

  @Test
  void theDirectoryUnusualIsReadable() {
    awaitSamples(3);
    assertTrue(kifs.read("unusual/processes").startsWith("SCORE"));
    assertTrue(kifs.read("unusual/threads").startsWith("SCORE"));
    assertTrue(kifs.read("unusual/report.svg").startsWith("<svg"));
    assertTrue(kifs.read("unusual/README").contains("history"));
  }

  @Test
  void aStoppedDaemonTakesOneLateSample() {
    try (Program program = Program.ready(Run.of("sh", "-c", "echo ready; " + BUSY))) {
      awaitSamples(5);
      Run.of("kill", "-STOP", Long.toString(kifs.pid())).ok();
      Run.of("sleep", "3").ok();
      Run.of("kill", "-CONT", Long.toString(kifs.pid())).ok();
      awaitSamples(5);
      List<double[]> rows =
          kifs.read("processes/" + program.pid() + "/history")
              .lines()
              .skip(1)
              .map(line -> line.split(",", -1))
              .map(row -> new double[] {Double.parseDouble(row[1]), Double.parseDouble(row[2])})
              .toList();
      assertEquals(1, rows.stream().filter(row -> row[0] > 2.5).count());
      assertTrue(rows.stream().allMatch(row -> row[1] < 120), "cpu is by the time that passed");
    }
  }

  @Test
  void shortProgramsShowAmongTheHogs() {
    try (Program shell =
        Program.ready(Run.of("sh", "-c", "echo ready; while :; do /bin/true; done"))) {
      kifs.read("hogs/cpu");
      Await.until(
          () -> kifs.read("hogs/cpu"),
          () ->
              kifs.read("hogs/cpu?top=1000")
                  .lines()
                  .map(line -> line.trim().split(" +"))
                  .filter(row -> row[0].equals(Integer.toString(shell.pid())))
                  .anyMatch(row -> Double.parseDouble(row[2]) > 5));
    }
  }

  @Test
  void withoutAHistoryNothingIsSampled(@TempDir Path directory) throws Exception {
    Path mountpoint = Files.createDirectory(directory.resolve("k"));
    try (MountedKifs off = MountedKifs.at(mountpoint, "history-off", "--history=off")) {
      assertEquals("0.0", off.about("history"));
      assertEquals("0", off.about("history.samples"));
      assertFalse(Files.exists(off.path("processes/self/history")));
      Run.Result refused =
          Run.of("cat", off.path("processes/1/notify/unusual/above/6").toString()).result();
      assertTrue(refused.err().contains("No data available"), refused::toString);
    }
  }
}
