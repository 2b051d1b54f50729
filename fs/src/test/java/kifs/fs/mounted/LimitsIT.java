package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import kifs.testing.Program;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Limits are changed through the tree as by the kernel's own system calls, and by nobody else. */
@Timeout(300)
class LimitsIT {
  private static final int CHANGES = 150;
  private static final Path LOG = Project.FS_TARGET.resolve("it-logs").resolve("LimitsIT.log");

  @Mounted("LimitsIT")
  private static MountedKifs kifs;

  private static Run.Result python(Object... arguments) {
    Object[] all = new Object[arguments.length + 1];
    all[0] = arguments[0];
    all[1] = kifs.path();
    System.arraycopy(arguments, 1, all, 2, arguments.length - 1);
    return Run.pythonFile("limits.py", all).within(Duration.ofSeconds(200)).silent();
  }

  /** Random changes by several callers, compared with prlimit, renice, taskset and the like. */
  @Test
  void theSameIsDoneAndRefusedAsByTheTools() {
    List<String> lines = python("compare", CHANGES, new Random().nextInt(1_000_000)).lines();
    System.out.println("limits: " + lines.get(lines.size() - 1));
    assertEquals(1, lines.size(), () -> String.join("\n", lines));
    assertTrue(
        lines.get(0).matches("compared 150 seed=\\d+ EACCES=\\d+ EINVAL=\\d+ EPERM=\\d+ done=\\d+"),
        lines.get(0));
  }

  @Test
  void aDescriptorThatIsHandedOverGivesNothingAway() {
    assertEquals(
        """
        of root: opened by root, written by owner: EPERM, nice 0
        of root: opened by owner, written by root: EPERM, nice 0
        of root: opened by root, written by root: ok, nice 7
        of root: opened by owner, written by owner: EPERM, nice 0
        of owner: opened by root, written by owner: EPERM, nice 0
        of owner: opened by owner, written by root: EPERM, nice 0
        of owner: opened by root, written by root: ok, nice 7
        of owner: opened by owner, written by owner: ok, nice 7
        """,
        python("handover").out());
  }

  @Test
  void aTargetThatHasEndedIsNotLimitedNorIsALaterOneWithItsId() {
    assumeTrue(Files.isWritable(Path.of("/proc/sys/kernel/ns_last_pid")));
    List<String> lines = python("vanish").lines();
    String gone =
        "nofile=ESRCH nice=ESRCH affinity=ESRCH oom_score_adj=ESRCH ioprio=ESRCH policy=ESRCH"
            + " cgroup=ESRCH thread=ESRCH";
    assertEquals("ended " + gone, lines.get(0));
    assumeFalse(lines.get(1).equals("pid taken"), "others forked too much");
    assertEquals(List.of("used again " + gone, "read " + gone, "unchanged"), lines.subList(1, 4));
  }

  /** By each caller: the tree, the kernel's file, moved, same as by that, back, restored. */
  @Test
  void aProcessIsMovedAsByTheFileOfTheCgroup() {
    assertEquals(
        """
        root owner ok ok True True ok True
        root root ok ok True True ok True
        owner owner EACCES EACCES False True EACCES True
        owner root EACCES EACCES False True EACCES True
        other owner EACCES EACCES False True EACCES True
        other root EACCES EACCES False True EACCES True
        / EINVAL
        /no-such-group ENOENT
        /../x EINVAL
        cpu EINVAL
        """,
        python("cgroup").out());
  }

  @Test
  void allThreadsAreChangedOrNone() {
    assertEquals(
        """
        all ok {4}
        one ok [4, 10]
        none EACCES [4, 10]
        storm ended
        """,
        python("threads").out());
  }

  /** Some writes of the attacker end in EINTR, and nothing else happens. */
  @Test
  void aClientThatEndsWhatItMaySignalHarmsItsOwnWritesOnly() {
    List<String> lines = python("signals").lines();
    System.out.println("limits: " + lines.get(0));
    assertTrue(lines.get(0).matches("signals EINTR=\\d+ ok=\\d+"), lines.get(0));
    assertEquals("afterwards ok", lines.get(1));
    assertEquals(Long.toString(kifs.pid()), kifs.about("pid"));
  }

  @Test
  void inAShell() {
    try (Program target = Program.start(Run.of("sleep", "60"))) {
      Run.Result result =
          Run.bash(
                  """
                  cd "$1"
                  grep -q . nofile
                  echo 200 >nofile; cat nofile | cut -d' ' -f1
                  echo 19 >nice; cat nice ../nice
                  echo 18 >>nice; cat nice
                  echo 0 >affinity; cat affinity
                  stat -c '%A %U' nofile oom_score_adj
                  head -c 5000 /dev/zero | tr '\\0' 7 >nice; cat nice
                  for text in '' x '1 2' 20 -21; do echo "$text" >nice; done
                  echo 5 >none
                  exec 3>nice; echo 17 >&3; echo 16 >&3; cat nice
                  echo 5 >../nice
                  truncate -s 0 nice; cat nice
                  """,
                  kifs.path("processes/" + target.pid() + "/limits"))
              .result();
      assertEquals(
          "200\n19\n19\n18\n0\n-rw-rw-rw- root\n-rw-r--r-- root\n18\n17\n17\n", result.out());
      String invalid = "write error: Invalid argument";
      assertEquals(
          7,
          result.err().lines().filter(line -> line.contains("nvalid argument")).count(),
          result::err);
      assertTrue(result.err().contains(invalid), result::err);
      assertTrue(result.err().contains("none: "), result::err);
      assertTrue(result.err().contains("../nice: Permission denied"), result::err);
    }
  }

  @Test
  void eachChangeAndEachRefusedOneIsLogged() throws IOException {
    try (Program target = Program.start(Run.of("sleep", "60"))) {
      Path limits = kifs.path("processes/" + target.pid() + "/limits");
      Run.bash("echo 11 >\"$1\"/nice; echo $'21\\e[2J' >\"$1\"/nice; true", limits).ok();
      Run.of(
              "setpriv",
              "--reuid=65534",
              "--regid=65534",
              "--clear-groups",
              "bash",
              "-c",
              "echo 12 >" + limits + "/nice")
          .result();
      String path = "limit processes/" + target.pid() + "/limits/nice: ";
      List<String> logged =
          Files.readAllLines(LOG, StandardCharsets.ISO_8859_1).stream()
              .filter(line -> line.contains(path))
              .map(line -> line.replaceFirst(".*limits/nice: ", "").replaceFirst("pid=\\d+", "pid"))
              .toList();
      assertEquals(
          List.of(
              "uid=0 pid comm=bash wrote \"11\" where it was \"0\": done",
              "uid=0 pid comm=bash wrote \"21\\x1b[2J\" where it was \"11\": EINVAL: not a number"
                  + " from -20 to 19",
              "uid=65534 pid comm=bash wrote \"12\" where it was \"11\": EPERM: the kernel refused"
                  + " 12"),
          logged);
    }
  }
}
