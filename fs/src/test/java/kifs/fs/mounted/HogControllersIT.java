package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import kifs.testing.Await;
import kifs.testing.Program;
import kifs.testing.Programs;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The acting controllers of examples/, in both languages, against real hogs. */
@Timeout(120)
class HogControllersIT {
  private static final String BASH = "limit-hogs.sh";
  private static final String PYTHON = "limit-hogs.py";
  private static final List<String> AS_NOBODY =
      List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");

  @Mounted("hog-controllers")
  private static MountedKifs kifs;

  @TempDir private Path state;

  @BeforeEach
  void everybodyMayWriteTheState() {
    Run.of("chmod", "777", state.toString()).ok();
  }

  @AfterEach
  void nothingIsLeft() {
    Program.closeAll();
    kifs.awaitWaiters(0);
    Await.until(
        "no cgroup is left",
        () -> Run.bash("find /sys/fs/cgroup -name 'kifs-hog-*'").out().isEmpty());
  }

  /** The controller's own session is spared, so it gets another one than the hogs have. */
  private Program controller(List<String> as, String program, String... options) {
    List<String> command = new ArrayList<>(as);
    command.addAll(
        List.of(
            "setsid",
            Project.ROOT.resolve("examples").resolve(program).toString(),
            "--cpu=5",
            "--for=500ms",
            "--look=1",
            "--pause=0",
            "--calm=1s",
            "--only=kifs-hog:locks",
            "--memory=200M",
            "--fds=50%",
            "--shm=100M",
            "--state=" + state));
    command.addAll(List.of(options));
    command.add(kifs.path().toString());
    return Program.start(Run.of(command.toArray(String[]::new)));
  }

  /** The next line of a controller that has these words. */
  private static String line(Program controller, String... words) {
    while (true) {
      String line = controller.line();
      assertNotNull(line, () -> "it ended before " + List.of(words) + controller.errorOutput());
      if (Stream.of(words).allMatch(line::contains)) {
        return line;
      }
    }
  }

  private static String limit(Program hog, String name) {
    return kifs.read("processes/" + hog.pid() + "/limits/" + name).strip();
  }

  private static void assertNotLimited(Program hog, String before) {
    assertEquals(before, all(hog));
    assertFalse(limit(hog, "cgroup").contains("kifs-hog-"));
  }

  private static String all(Program hog) {
    return Stream.of("nice", "policy", "affinity", "as", "nofile", "oom_score_adj", "cgroup")
        .map(name -> limit(hog, name))
        .toList()
        .toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {BASH, PYTHON})
  void hogsAreLimitedAndLetGoWhenTheyAreCalm(String program) {
    assumeTrue(Files.isDirectory(Path.of("/sys/fs/cgroup/cpu")), "no cgroup v1");
    try (Program hog = Program.hog()) {
      String before = all(hog);
      Program controller = controller(List.of(), program);
      line(controller, "waiting");
      hog.command("cpu on");
      line(controller, "limit pid=" + hog.pid() + " ", "nice=\"19\" old=\"0\": cpu is ", "above 5");
      assertEquals("19", limit(hog, "nice"));
      assertTrue(limit(hog, "cgroup").contains("/kifs-hog-" + hog.pid()));
      assertEquals("20000 100000\n", kifs.read("cgroups/kifs-hog-" + hog.pid() + "/limits/cpu"));
      hog.command("cpu off");
      line(controller, "undo group=", "it is calm");
      assertNotLimited(hog, before);

      hog.command("rss 250000000");
      line(controller, "oom_score_adj=\"500\" old=\"0\": rss is ");
      line(controller, "cgroup=");
      hog.send("rss 600000000");
      assertTrue(hog.line().startsWith("error rss"), "the address space can't grow so much");
      hog.command("rss 0");
      line(controller, "undo pid=", "limit=as", "it is calm");
      assertNotLimited(hog, before);

      hog.command("shm 150000000");
      line(controller, "limit pid=" + hog.pid() + " ", "as=", "shm is 15");
      hog.command("shm 0");
      line(controller, "undo pid=", "limit=as", "it is calm");

      long files = Long.parseLong(limit(hog, "nofile").split(" ")[0]) / 2 + 10;
      hog.command("fds " + files);
      line(controller, "nofile=\"" + files + " ", "fds is 50");
      hog.send("fds " + (files + 1));
      assertTrue(hog.line().startsWith("error fds"));
      Run.of("kill", Long.toString(controller.pid())).ok();
      line(controller, "undo pid=", "limit=nofile", "the controller ends");
      controller.await();
      assertNotLimited(hog, before);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {BASH, PYTHON})
  void aUserLimitsTheOwnHogsOnly(String program) throws IOException {
    List<String> command = new ArrayList<>(AS_NOBODY);
    command.add(Programs.get("hog").toString());
    try (Program others = Program.hog();
        Program hog = Program.start(Run.of(command.toArray(String[]::new)))) {
      assertEquals("ready " + hog.pid(), hog.line());
      String before = all(hog);
      String ofOthers = all(others);
      Program controller = controller(AS_NOBODY, program);
      line(controller, "waiting");
      others.command("cpu on");
      hog.command("cpu on");
      line(controller, "limit pid=" + hog.pid() + " ", "affinity=");
      assertTrue(limit(hog, "affinity").matches("\\d+"));
      hog.command("cpu off");
      line(controller, "undo pid=", "limit=affinity", "it is calm");
      hog.command("rss 250000000");
      line(controller, "oom_score_adj=\"500\"");
      assertEquals(ofOthers, all(others));
      Run.of("kill", Long.toString(controller.pid())).ok();
      line(controller, "undo pid=", "limit=as", "the controller ends");
      controller.await();
      assertNotLimited(hog, before);
      assertEquals("", Files.readString(state.resolve("acts")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {BASH, PYTHON})
  void aDryRunChangesNothing(String program) {
    try (Program hog = Program.hog()) {
      String before = all(hog);
      Program controller = controller(List.of(), program, "--dry-run");
      line(controller, "waiting (dry run)");
      hog.command("cpu on");
      line(controller, "would limit pid=" + hog.pid() + " ", "nice=\"19\"");
      hog.command("rss 250000000");
      line(controller, "would limit pid=" + hog.pid() + " ", "group=", "rss is 25");
      assertNotLimited(hog, before);
    }
  }

  /** The other program takes back what the killed one has left. */
  @ParameterizedTest
  @ValueSource(strings = {BASH, PYTHON})
  void whatAKilledControllerHasLeftIsTakenBack(String program) {
    String other = program.equals(BASH) ? PYTHON : BASH;
    try (Program hog = Program.hog()) {
      String before = all(hog);
      Program controller = controller(List.of(), program);
      line(controller, "waiting");
      hog.command("cpu on");
      line(controller, "nice=\"19\"");
      Run.of("kill", "-KILL", "--", "-" + controller.pid()).ok();
      controller.await();
      assertEquals("19", limit(hog, "nice"));
      Program undo = controller(List.of(), other, "--undo");
      line(undo, "undo pid=" + hog.pid() + " limit=nice value=\"0\": left by a controller");
      assertEquals(0, undo.await());
      assertNotLimited(hog, before);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {BASH, PYTHON})
  void whoeverIsSparedIsNotLimited(String program) {
    try (Program hog = Program.hog()) {
      String before = all(hog);
      Program controller = controller(List.of(), program, "--spare=kifs-h*");
      line(controller, "waiting");
      hog.command("cpu on");
      line(controller, "spare pid=" + hog.pid() + " ", "its name is spared");
      Program first = controller(List.of(), program, "--only=init", "--state=" + state + "/2");
      line(first, "waiting");
      assertNotLimited(hog, before);
    }
  }

  /** The hog ends during the second look, and another process gets its pid. */
  @ParameterizedTest
  @ValueSource(strings = {BASH, PYTHON})
  void aProcessThatGetsThePidIsNotLimited(String program) {
    assumeTrue(Files.isWritable(Path.of("/proc/sys/kernel/ns_last_pid")));
    Program controller = controller(List.of(), program, "--look=4");
    line(controller, "waiting");
    Run.Result result = Run.pythonFile("hog_reuse.py", kifs.path()).ok();
    assumeTrue(!result.out().contains("pid taken"), "others forked too much");
    line(controller, "let go pid=", "it is calm at a second look");
    assertEquals("unchanged\n", result.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {BASH, PYTHON})
  void deadlocksAreReportedAndNotTouched(String program) {
    assumeTrue(Files.isDirectory(kifs.path("locks/notify/deadlock")), "no deadlocks here");
    Program controller = controller(List.of(), program);
    line(controller, "waiting");
    Program locks = Program.run("locks", "robust", state, "T a | b", "T b | a");
    line(controller, "deadlock ", "comm=locks", "not touched");
    line(controller, "  ", "locks");
    assertTrue(locks.process().isAlive());
  }
}
