package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kifs.testing.Program;
import kifs.testing.Programs;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A daemon that lacks time or descriptors. */
@Timeout(180)
class ScarceResourcesIT {
  private static final int BURST = 20_000;

  @TempDir Path mountpoint;

  /** docs/notify.md 2.4: every exit is reported, although the daemon stands still meanwhile. */
  @ParameterizedTest
  @ValueSource(strings = {"run", "stop"})
  void burstOfExitsIsReportedCompletely(String mode) {
    try (MountedKifs kifs = MountedKifs.at(mountpoint, "burst-" + mode)) {
      String out =
          Run.of(
                  "python3",
                  Project.PYTHON.resolve("burst.py").toString(),
                  mountpoint.toString(),
                  Long.toString(kifs.pid()),
                  Programs.get("burst-of-exits").toString(),
                  Integer.toString(BURST),
                  mode)
              .silent()
              .out();
      Map<String, String> counts = counts(out);
      long told = Long.parseLong(counts.get("told"));
      long lost = Long.parseLong(counts.get("lost"));
      assertEquals(told + lost, Long.parseLong(counts.get("seq")), out);
      long ours = Long.parseLong(counts.get("ours"));
      assertTrue(ours + lost >= BURST, out);
      assertTrue(ours >= Math.min(BURST, 16_000), out);
    }
  }

  /** The counts that the script prints, by name. */
  private static Map<String, String> counts(String line) {
    return Stream.of(line.strip().split(" "))
        .map(word -> word.split("=", 2))
        .collect(Collectors.toMap(word -> word[0], word -> word[1]));
  }

  private MountedKifs withFewDescriptors(String log, String source) {
    return MountedKifs.by(
        List.of("prlimit", "--nofile=64"), mountpoint, log + "-" + source, "--source=" + source);
  }

  /** docs/notify.md 11.4: a thread that exists is never absent for lack of a descriptor. */
  @ParameterizedTest
  @ValueSource(strings = {"auto", "procfs"})
  void whatCanNotBeOpenedIsNotAbsent(String source) {
    try (MountedKifs kifs = withFewDescriptors("absent", source)) {
      String script = Project.PYTHON.resolve("no_descriptors.py").toString();
      String out =
          Run.of("python3", script, kifs.path().toString(), Long.toString(kifs.pid()), "30")
              .silent()
              .out();
      assertEquals("meanwhile EMFILE fine\nafter fine\n", out);
      assertTrue(kifs.read("about").contains("warning=kifs ran out of file descriptors"));
    }
  }

  /** docs/notify.md 11.4: without threads further waits fail, and everything else goes on. */
  @Test
  void refusedThreadsEndFurtherWaits() throws IOException {
    try (MountedKifs kifs = MountedKifs.at(mountpoint, "threads")) {
      // The threads that every waiter needs are there before no more are allowed.
      kifs.cat("processes/each/notify/rss/above/899T");
      try (PidsCgroup cgroup = PidsCgroup.of(kifs.pid())) {
        cgroup.allowNoMore();
        String script = Project.PYTHON.resolve("no_threads.py").toString();
        Run tries = Run.of("python3", script, kifs.path().toString(), "60");
        assertEquals("waiting EAGAIN\n", tries.silent().out());
        assertTrue(kifs.read("about").contains("warning=kifs ran out of threads"));
        kifs.awaitWaiters(1);
        assertEquals("kifs\n", kifs.read("processes/" + kifs.pid() + "/comm"));
        cgroup.allowAll();
        assertEquals("waiting\n", tries.silent().out());
        kifs.awaitWaiters(1);
      }
    } finally {
      Program.closeAll();
    }
  }

  /** docs/notify.md 11.4. */
  @ParameterizedTest
  @ValueSource(strings = {"auto", "procfs"})
  void waitsForExitsNeedNoDescriptors(String source) {
    try (MountedKifs kifs = withFewDescriptors("descriptors", source)) {
      String script = Project.PYTHON.resolve("many_exits.py").toString();
      String out = Run.of("python3", script, kifs.path().toString()).silent().out();
      assertEquals("opened 200\ntold 200\n", out);
    }
  }
}
