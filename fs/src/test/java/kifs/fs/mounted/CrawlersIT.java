package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kifs.testing.Program;
import kifs.testing.Run;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Programs that walk through the whole tree come to an end. They complain only about entities that
 * vanished meanwhile.
 */
@Timeout(300)
class CrawlersIT {
  private static final String GONE =
      "(?s).*(No such file or directory|No such process|File removed before we read it).*";
  private static final Pattern FD = Pattern.compile("/fds/(\\d+)");
  private static final Pattern SHM = Pattern.compile("/shm/([a-z]+-[\\d-]+)");
  private static final Pattern ENTITY = Pattern.compile("/processes/(\\d+)(?:/threads/(\\d+))?");

  @TempDir static Path directory;

  @Mounted("crawlers")
  private static MountedKifs kifs;

  private static Program load;
  private static Program odd;

  @BeforeAll
  static void mount() {
    load = Program.load(10, 5, 10);
    odd = Program.start(Run.pythonFile("odd_processes.py"));
    assertEquals("ready", odd.line());
  }

  @AfterAll
  static void unmount() {
    odd.close();
    load.close();
  }

  /** {@code find -exec cat} is tried on a larger tree, below. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "grep -r x $1 > /dev/null",
        "tar cf $2/all.tar -C $1 . && rm $2/all.tar",
        "ls -lR $1 > /dev/null",
        "du $1 > /dev/null"
      })
  void aCrawlerWalksTheWholeTree(String crawler) {
    complainsOnlyAboutVanishedNames(
        Run.bash(crawler, kifs.path(), directory).within(Duration.ofSeconds(240)));
  }

  @Test
  void aCrawlerWalksALargeTree(TestReporter reporter) {
    try (Program large = Program.load(100, 5, 10)) {
      long began = System.nanoTime();
      complainsOnlyAboutVanishedNames(
          Run.bash("find $1 -type f -exec cat {} + > /dev/null", kifs.path())
              .within(Duration.ofSeconds(290)));
      reporter.publishEntry(
          "find -exec cat with 100 x 5 threads",
          "%.1f s".formatted((System.nanoTime() - began) / 1e9));
      assertTrue(large.process().isAlive());
    }
  }

  /** A crawler that can't return to a parent directory would stop and miss the rest of the tree. */
  @Test
  void aDirectoryThatIsOpenOutlivesItsProcess() {
    Run.python(
            """
            import os, subprocess, sys
            child = subprocess.Popen(["sleep", "60"])
            fd = os.open(f"{sys.argv[1]}/processes/{child.pid}/threads/{child.pid}", os.O_RDONLY)
            before = os.fstat(fd)
            child.kill()
            child.wait()
            assert os.fstat(fd).st_ino == before.st_ino
            up = os.open("..", os.O_RDONLY | os.O_DIRECTORY, dir_fd=fd)
            assert os.fstat(up).st_mode == before.st_mode
            """,
            kifs.path())
        .silent();
  }

  /** The kernel asks for the attributes again after the second for which it remembers them. */
  @ParameterizedTest
  @ValueSource(strings = {"rss", "io.read", "limits/oom_score_adj", "fds/0"})
  void aFileThatIsOpenCanBeStattedAfterTheEndOfItsProcess(String file) {
    Run.python(
            """
            import os, subprocess, sys, time
            child = subprocess.Popen(["sleep", "60"], stdin=subprocess.DEVNULL)
            fd = os.open(f"{sys.argv[1]}/processes/{child.pid}/{sys.argv[2]}", os.O_RDONLY)
            before = os.fstat(fd)
            child.kill()
            child.wait()
            end = time.monotonic() + 1.5
            while time.monotonic() < end:
                assert os.fstat(fd).st_mode == before.st_mode
                time.sleep(0.05)
            """,
            kifs.path(),
            file)
        .silent();
  }

  @Test
  void oneProcessCanBeCopied() {
    complainsOnlyAboutVanishedNames(
        Run.bash("mkdir $2/self && cp -r $1/processes/self/. $2/self", kifs.path(), directory));
    assertEquals("cp\n", read(directory.resolve("self/comm")));
    assertTrue(Files.isDirectory(directory.resolve("self/notify/rss/above")));
  }

  private static String read(Path path) {
    return Run.of("cat", path.toString()).silent().out();
  }

  private static void complainsOnlyAboutVanishedNames(Run crawler) {
    Run.Result result = crawler.result();
    List<String> others =
        result.err().lines().filter(line -> !vanished(line) && !isSummary(line)).toList();
    assertEquals(List.of(), others, result::toString);
    assertTrue(result.status() <= 2, result::toString);
  }

  /** tar's summary line, which only says that there was a complaint. */
  private static boolean isSummary(String line) {
    return line.startsWith("tar: Exiting with failure status due to previous errors");
  }

  /** Whether the process belongs to the test, so that its open files don't change. */
  private static boolean belongsToTheTest(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(ProcessHandle::parent)
        .filter(parent -> parent.pid() == load.pid())
        .isPresent();
  }

  private static boolean vanished(String line) {
    Matcher shm = SHM.matcher(line);
    if (shm.find()) {
      return line.matches(GONE) && !Files.exists(kifs.path("shm/" + shm.group(1)));
    }
    if (line.contains("/processes/self/")) {
      // The crawler opens and closes files itself, so its own fds change.
      return FD.matcher(line).find() && line.matches(GONE);
    }
    Matcher entity = ENTITY.matcher(line);
    if (!entity.find()) {
      // tar prints the path without the mountpoint.
      entity = Pattern.compile("\\./processes/(\\d+)(?:/threads/(\\d+))?").matcher(line);
      if (!entity.find()) {
        return false;
      }
    }
    Path process = Path.of("/proc", entity.group(1));
    Matcher fd = FD.matcher(line);
    // Another process may use the number of a closed fd again, even before this check.
    if (fd.find()
        && (!belongsToTheTest(Long.parseLong(entity.group(1)))
            || !Files.exists(process.resolve("fd/" + fd.group(1)), LinkOption.NOFOLLOW_LINKS))
        && line.matches(GONE)) {
      return true;
    }
    String tid = entity.group(2);
    boolean gone =
        !Files.exists(process) || tid != null && !Files.exists(process.resolve("task/" + tid));
    return gone && line.matches(GONE)
        || line.endsWith("No data available") && isRefusedHereToo(process);
  }

  /** Whether the kernel refuses the same value to this test, too. */
  private static boolean isRefusedHereToo(Path process) {
    return Run.of("cat", process.resolve("io").toString()).result().status() != 0;
  }

  /** readdir(3) reports the same type as stat(2), so crawlers don't need a stat. */
  @Test
  void typesInListingsAreExact() {
    String out =
        Run.python(
                """
                import os, stat, sys
                wrong, seen = [], 0
                for top in ("", "schema", "system", "processes/self", "processes/each",
                            "processes/sum", "processes/" + sys.argv[2]):
                    for directory, below, _ in os.walk(os.path.join(sys.argv[1], top)):
                        deep = directory.count("/") >= sys.argv[1].count("/") + 4
                        if deep or top == "" and directory.endswith("/processes"): below.clear()
                        for entry in os.scandir(directory):
                            mode = entry.stat(follow_symlinks=False).st_mode
                            seen += 1
                            if (entry.is_dir(follow_symlinks=False), entry.is_file(follow_symlinks=False),
                                    entry.is_symlink()) != (stat.S_ISDIR(mode), stat.S_ISREG(mode), stat.S_ISLNK(mode)):
                                wrong.append(entry.path)
                print(wrong, seen > 200)
                """,
                kifs.path(),
                load.pid())
            .silent()
            .out();
    assertEquals("[] True\n", out);
    // find prints %y from stat and tests -type by readdir.
    Run types =
        Run.bash(
            """
            cd $1/system && for type in f d l; do find . -type $type -printf "$type %y\\n"; done \\
              | awk '$1 != $2'
            """,
            kifs.path());
    assertEquals("", types.silent().out());
  }

  @Test
  void dotAndDotDotComeFirst() {
    String out =
        Run.pythonFile(
                "getdents.py", kifs.path(), kifs.path("processes"), kifs.path("system/notify"))
            .silent()
            .out();
    assertEquals(". ..\n. ..\n. ..\n", out);
  }

  @Test
  void theUnusualProcessesArePresent() {
    String[] pids = odd("pids").split(" ");
    assertEquals("Z\n", kifs.read("processes/" + pids[0] + "/state"));
    assertEquals("\n", kifs.read("processes/" + pids[0] + "/cmdline"));
    assertEquals("a (b) c\\n) S\n", kifs.read("processes/" + pids[1] + "/comm"));
    assertEquals("S\n", kifs.read("processes/" + pids[1] + "/state"));
    if (Files.exists(Path.of("/proc/2/comm"))) {
      assertEquals(read(Path.of("/proc/2/comm")), kifs.read("processes/2/comm"));
      assertEquals("\n", kifs.read("processes/2/cmdline"));
    }
  }

  private static String odd(String command) {
    odd.send(command);
    return odd.line();
  }

  @Test
  void crawlersLeaveNoWaiter() {
    assertEquals("0", kifs.about("waiters"));
  }
}
