package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kifs.kernel.recording.GapCause;
import kifs.kernel.recording.Recording;
import kifs.testing.Await;
import kifs.testing.Program;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A mount is recorded, and the recording is printed, compared and mounted, as users do it. */
@Timeout(180)
class RecordIT {
  private static final String KIFS = Project.KIFS.toString();

  /** The memory of the first process grows ten times a second, so it has grown in each bulk. */
  private static final String SCRIPT =
      "host name=tiny processors=2 memory=8G boot=1h\n"
          + "0s spawn 100 comm=first uid=7 gid=8 rss=1M threads=2 cmdline=\"first --arg\""
          + " exe=/bin/first cgroup=/a\n"
          + "0s spawn 200 comm=second uid=9 rss=1M cpu=40\n"
          + Stream.iterate(1, i -> i < 600, i -> i + 1)
              .map(i -> i * 100 + "ms set 100 rss=" + (i + 1) + "M\n")
              .collect(Collectors.joining());

  @TempDir Path mountpoint;
  @TempDir Path directory;
  private Path file;
  private Path script;

  @BeforeEach
  void write() throws IOException {
    file = directory.resolve("r.kifsrec");
    script = Files.writeString(directory.resolve("tiny.kifs"), SCRIPT);
  }

  @AfterEach
  void endPrograms() {
    Program.closeAll();
  }

  private MountedKifs mount() {
    return MountedKifs.at(mountpoint, "record", "--source=simulated:" + script);
  }

  private Run record(Path mount, String... options) {
    // A shell that starts the tests in the background makes them ignore SIGINT.
    String[] words = {
      "env", "--default-signal=INT", KIFS, "record", mount.toString(), "-o", file.toString()
    };
    return Run.of(with(words, options));
  }

  private int moments() {
    try (Recording recording = Recording.open(file)) {
      return recording.moments().size();
    } catch (IOException e) {
      return 0;
    }
  }

  private static List<String> column(String out) {
    return out.lines().skip(1).toList();
  }

  @Test
  void aRecordingIsPrintedComparedAndMounted() throws IOException {
    try (MountedKifs kifs = mount()) {
      String done = record(kifs.path(), "--every=250ms", "--for=3s").silent().out();
      assertTrue(done.matches("[0-9]+ bulks, [0-9]+ bytes in .*\n"), done);
    }
    String name = file.toString();
    String right = Run.of(KIFS, "check", name).silent().out();
    assertTrue(right.matches(".*: right: [0-9]+ bytes, [0-9]+ bulks, .*\n"), right);

    String[] rss = {KIFS, "print", name, "--tags=process", "--columns=pid,rss", "--format=csv"};
    String all = Run.of(with(rss, "--all", "--where=pid=100")).silent().out();
    List<String> rows = column(all);
    assertEquals(moments(), rows.size());
    assertTrue(rows.stream().map(row -> row.replaceAll(".*,", "")).distinct().count() >= 2, all);
    String last = Run.of(with(rss, "--at=last", "--where=pid=100")).silent().out();
    assertEquals(rows.get(rows.size() - 1).replaceFirst("[^,]*,", ""), column(last).get(0));
    String earlier = Run.of(with(rss, "--at", "-2s", "--where=pid=100")).silent().out();
    assertTrue(rows.stream().anyMatch(row -> row.endsWith("," + column(earlier).get(0))), earlier);
    assertFalse(earlier.equals(last), earlier);

    Run.Result diff = Run.of(KIFS, "diff", name, "--from=-2s").result();
    assertEquals(1, diff.status(), diff::toString);
    assertTrue(diff.out().contains("~ pid=100 comm=first rss_bytes="), diff::toString);

    try (MountedKifs past = MountedKifs.at(mountpoint, "past", "--source=capture:" + file)) {
      assertEquals("capture", past.about("source"));
      assertEquals("tiny", past.about("host"));
      assertEquals(value(last), past.read("processes/100/rss").strip());
      assertEquals("first\n", past.read("processes/100/comm"));
      assertEquals("first --arg", past.read("processes/100/cmdline").strip());
      assertEquals(value(earlier), past.read("at/-2s/processes/100/rss").strip());
      assertEquals(value(last), past.read("at/last/processes/100/rss").strip());
      List<String> at = Run.of("ls", past.path("at").toString()).silent().out().lines().toList();
      assertEquals(rows.stream().map(row -> row.replaceAll(",.*", "")).toList(), at);
      assertEquals(
          rows.get(0).replaceAll(".*,", ""),
          past.read("at/" + at.get(0) + "/processes/100/rss").strip());
      // The history has a line for each bulk before, and hogs have the rates between them.
      assertTrue(past.read("processes/200/history").lines().count() > 3, past.read("about"));
      assertTrue(past.read("hogs/memory.growth").contains(" first"), past.read("about"));
      assertTrue(past.read("hogs/cpu").contains("second"), past.read("hogs/cpu"));
      Run.Result notify = Run.of("cat", past.path("system/notify/load/above/1") + "").result();
      assertTrue(notify.err().endsWith(": No data available\n"), notify::toString);
      assertFalse(Files.exists(past.path("processes/100/limits")));
      Run.of("ls", past.path("processes/100/threads/100") + "").silent();
      String copied = Run.of(KIFS, "print", past.path("at/-2s") + "", "--tags=process").out();
      assertTrue(copied.contains("first"), copied);
      Run.Result none = Run.of("ls", past.path("at/-1d") + "").result();
      assertTrue(none.err().contains("No such file"), none::toString);
    }
  }

  private static String[] with(String[] words, String... more) {
    return Stream.concat(Stream.of(words), Stream.of(more)).toArray(String[]::new);
  }

  private static String value(String csv) {
    return csv.lines().skip(1).findFirst().orElseThrow().replaceAll(".*,", "");
  }

  @Test
  void aFileThatIsStillRecordedCanBeLookedAtUntilTheRecorderIsStopped() throws IOException {
    Path live = Files.createDirectory(directory.resolve("live"));
    try (MountedKifs kifs = MountedKifs.at(live, "live", "--source=simulated:" + script);
        Program recorder = Program.start(record(kifs.path(), "--every=250ms"))) {
      Await.until(() -> "moments", () -> moments() >= 2);
      try (MountedKifs past = MountedKifs.at(mountpoint, "growing", "--source=capture:" + file)) {
        String before = past.read("processes/100/rss");
        Await.until(() -> before, () -> !past.read("processes/100/rss").equals(before));
      }
      assertEquals("", Run.of("kill", "-TERM", recorder.pid() + "").silent().out());
      String done = recorder.line();
      assertTrue(done.matches("[0-9]+ bulks, [0-9]+ bytes in .*"), done);
      assertEquals(0, recorder.await());
    }
    Run.of(KIFS, "check", file.toString()).silent();
  }

  @Test
  void aDaemonThatRestartsLeavesAGap() throws IOException {
    Program recorder;
    try (MountedKifs kifs = mount()) {
      recorder = Program.start(record(kifs.path(), "--every=250ms"));
      Await.until(() -> "moments", () -> moments() >= 2);
    }
    int before = moments();
    try (MountedKifs kifs = mount()) {
      Await.until(() -> kifs.read("about"), () -> moments() >= before + 2);
      Run.of("kill", "-INT", recorder.pid() + "").silent();
      assertEquals(0, recorder.await());
    }
    try (Recording recording = Recording.open(file)) {
      List<GapCause> causes =
          recording.moments().stream()
              .flatMap(moment -> moment.gap().stream())
              .flatMap(gap -> gap.cause().stream())
              .filter(cause -> cause != GapCause.LATE)
              .toList();
      assertEquals(List.of(GapCause.RESTARTED), causes);
      assertEquals(Optional.empty(), recording.problem());
    }
  }

  @Test
  void progressIsShownOnATerminalOnly() throws IOException {
    try (MountedKifs kifs = mount()) {
      assertEquals("", record(kifs.path(), "--for=1s").result().err());
      Files.delete(file);
      String command = KIFS + " record " + kifs.path() + " -o " + file + " --for=1s";
      String out = Run.of("script", "-qec", command, "/dev/null").result().out();
      assertTrue(out.contains("\r1 bulks, "), out);
    }
  }

  @Test
  void whatCanNotBeRecordedIsRefused() throws IOException {
    Run.Result none = record(mountpoint).result();
    assertEquals(1, none.status(), none::toString);
    assertTrue(none.err().contains("/bulk: no such file"), none::toString);
    assertFalse(Files.exists(file));
    Run.Result empty =
        MountedKifs.script("--source=capture:" + Files.createFile(file), mountpoint + "").result();
    assertEquals(1, empty.status(), empty::toString);
    assertTrue(empty.err().contains("empty, so there is no bulk"), empty::toString);
  }

  /** A capture is one bulk. Everything is there but what was not captured. */
  @Test
  void aCaptureIsMounted() throws IOException {
    try (MountedKifs kifs = mount()) {
      Files.write(file, Files.readAllBytes(kifs.path("bulk")), StandardOpenOption.CREATE_NEW);
    }
    try (MountedKifs past = MountedKifs.at(mountpoint, "capture", "--source=capture:" + file)) {
      assertEquals("2\n", past.read("system/processes"));
      assertEquals("second\n", past.read("processes/200/comm"));
      assertFalse(Files.exists(past.path("processes/300")));
    }
  }
}
