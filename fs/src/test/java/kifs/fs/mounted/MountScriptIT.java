package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What mount.sh and the daemon say to whoever uses them rightly or wrongly. */
@Timeout(90)
class MountScriptIT {
  @TempDir Path directory;

  private Path make(String name) throws IOException {
    return Files.createDirectory(directory.resolve(name));
  }

  private Run.Result mount(Object... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "--log=" + directory.resolve("script.log");
    for (int i = 0; i < arguments.length; i++) {
      all[i + 1] = arguments[i].toString();
    }
    return MountedKifs.script(all).result();
  }

  private static void failed(int status, String message, Run.Result result) {
    assertEquals("kifs: " + message + "\n", result.err(), result::toString);
    assertEquals("", result.out());
    assertEquals(status, result.status());
  }

  @Test
  void theUsualWay() throws IOException {
    Path k = make("k");
    Run.Result mounted = mount(k).silent();
    assertTrue(
        mounted.out().matches("kifs: mounted on \\Q" + k + "\\E \\(source procfs, pid \\d+\\)\n"),
        mounted.out());
    Run.Result status = MountedKifs.script("--status", k.toString()).silent();
    assertTrue(
        status.out().matches("\\Q" + k + "\\E: alive \\(source procfs, pid \\d+\\)\n"),
        status.out());
    assertTrue(MountedKifs.script("--status").silent().out().contains(status.out()));
    assertTrue(
        Run.of("findmnt", "-no", "FSTYPE,SOURCE", k.toString()).out().matches("fuse.kifs +kifs\n"));
    assertEquals(
        "kifs: unmounted " + k + "\n",
        MountedKifs.script("--unmount", k.toString()).silent().out());
    failed(
        1,
        k + ": no kifs is mounted there",
        MountedKifs.script("--unmount", k.toString()).result());
    Run.Result none = MountedKifs.script("--status", k.toString()).result();
    assertEquals("kifs: not mounted\n", none.out());
    assertEquals(1, none.status());
  }

  @Test
  void badArguments() {
    failed(2, "unknown option --nothing; try --help", mount("--nothing", directory));
    failed(2, "unknown option -x; try --help", mount("-x", directory));
    failed(2, "no MOUNTPOINT; try --help", mount());
    failed(2, "no MOUNTPOINT; try --help", mount("--unmount"));
    failed(2, "an empty MOUNTPOINT; try --help", mount(""));
    failed(2, "more than one MOUNTPOINT; try --help", mount(directory, directory));
    Run.Result help = MountedKifs.script("--help").silent();
    assertTrue(help.out().startsWith("usage: mount.sh "));
  }

  @Test
  void mountpointsThatWillNotDo() throws IOException {
    Path missing = directory.resolve("missing");
    failed(1, missing + ": no such directory (--setup makes it)", mount(missing));
    Path file = Files.writeString(directory.resolve("file"), "x");
    failed(1, file + ": not a directory", mount(file));
    Path full = make("full");
    Files.writeString(full.resolve("file"), "x");
    failed(1, full + ": not empty", mount(full));
    Files.delete(full.resolve("file"));
    Files.writeString(full.resolve(".hidden"), "x");
    failed(1, full + ": not empty", mount(full));
  }

  @Test
  void alreadyMounted() throws IOException {
    Path k = make("k");
    try (MountedKifs kifs = MountedKifs.at(k, "script-twice")) {
      failed(1, k + ": already mounted (pid " + kifs.pid() + ")", mount(k));
      // The first one goes on.
      assertEquals(Long.toString(kifs.pid()), kifs.about("pid"));
    }
  }

  /** Without mount.sh: the second daemon must not take the first one's mount away. */
  @Test
  void alreadyMountedAndTheDaemonIsStartedDirectly() throws IOException {
    Path k = make("k");
    try (MountedKifs kifs = MountedKifs.at(k, "script-direct")) {
      Run.Result second = Run.of("java", "-jar", Project.JAR.toString(), k.toString()).result();
      assertTrue(second.err().startsWith("kifs: " + k + ": already mounted\n"), second::toString);
      assertEquals(1, second.status());
      assertEquals(Long.toString(kifs.pid()), kifs.about("pid"));
    }
  }

  /** The daemon finds itself in the table of mounts by the path without links. */
  @Test
  void theDaemonIsStartedDirectlyOnALink() throws IOException {
    Path k = make("k");
    Path link = Files.createSymbolicLink(directory.resolve("link"), k);
    try (Helper daemon =
        Helper.start(Run.of("java", "-jar", Project.JAR.toString(), link.toString()))) {
      assertTrue(daemon.line().startsWith("kifs: mounted on " + k + " "));
      Helper cat =
          Helper.start(Run.of("timeout", "1", "cat", link + "/system/notify/load/above/1000000"));
      assertEquals(124, cat.await());
      MountedKifs.script("--unmount", link.toString()).silent();
      daemon.await();
    }
  }

  @Test
  void anotherFilesystem() throws IOException {
    Path k = make("k");
    assumeTrue(Run.of("mount", "-t", "tmpfs", "none", k.toString()).result().status() == 0);
    try {
      failed(1, k + ": another filesystem is mounted there: tmpfs", mount(k));
      failed(
          1,
          k + ": no kifs is mounted there",
          MountedKifs.script("--unmount", k.toString()).result());
    } finally {
      Run.of("umount", k.toString()).ok();
    }
  }

  @Test
  void pathsOfEveryKind() throws IOException {
    Path spaces = make("a b\tc \\ ü*");
    Run.Result mounted = mount(spaces).silent();
    assertTrue(mounted.out().startsWith("kifs: mounted on "));
    assertTrue(Files.exists(spaces.resolve("about")));
    MountedKifs.script("--status", spaces.toString()).silent();
    MountedKifs.script("--unmount", spaces.toString()).silent();
    assertFalse(Files.exists(spaces.resolve("about")));

    Path k = make("k");
    Path link = Files.createSymbolicLink(directory.resolve("link"), k);
    assertTrue(mount(link).silent().out().startsWith("kifs: mounted on " + k + " "));
    assertTrue(Files.exists(k.resolve("about")));
    MountedKifs.script("--unmount", link.toString()).silent();

    String log = "--log=" + directory.resolve("relative.log");
    Run.of(Project.MOUNT.toString(), log, "k").in(directory).silent();
    assertTrue(Files.exists(k.resolve("about")));
    Run.of(Project.MOUNT.toString(), "--unmount", "./x/../k/").in(directory).silent();
    assertFalse(MountedKifs.isMounted(k));
  }

  @Test
  void inTheForeground() throws IOException {
    Path k = make("k");
    Helper daemon = Helper.start(MountedKifs.script("--foreground", k.toString()));
    try (daemon) {
      assertTrue(daemon.line().startsWith("kifs: mounted on " + k));
      assertTrue(Files.exists(k.resolve("about")));
      Run.of("kill", "-TERM", Long.toString(daemon.pid())).silent();
      daemon.await();
      assertFalse(MountedKifs.isMounted(k));
      assertTrue(daemon.complaints().contains("kifs: stopped"), daemon.complaints());
    }
  }

  @Test
  void badSourcesAndTicks() throws IOException {
    Path k = make("k");
    Run.Result source = mount("--source=nothing", k);
    assertTrue(
        source.err().contains("no source nothing: auto, procfs or simulated:FILE"),
        source::toString);
    assertEquals(1, source.status());
    Run.Result missing = mount("--source=simulated:" + directory.resolve("missing.kifs"), k);
    assertTrue(missing.err().contains("missing.kifs"), missing::toString);
    assertEquals(1, missing.status());
    Path script =
        Files.writeString(
            directory.resolve("bad.kifs"), "host name=x\n0s  spawn 1 comm=init\n0s  rubbish 1\n");
    Run.Result bad = mount("--source=simulated:" + script, k);
    assertTrue(bad.err().startsWith("kifs: line 3: unknown: rubbish;"), bad::toString);
    assertFalse(bad.err().contains("\tat "), bad::toString);
    assertEquals(1, bad.status());
    for (String tick : List.of("100", "0ms", "61s", "-1s", "1h", "999999999s", "x")) {
      Run.Result result = mount("--tick=" + tick, k);
      assertEquals(2, result.status(), result::toString);
      assertTrue(result.err().contains("--tick"), result::toString);
      assertFalse(result.err().contains("\tat "), result::toString);
    }
    assertFalse(MountedKifs.isMounted(k));
  }

  @Test
  void aLogThatCannotBeWritten() throws IOException {
    Path k = make("k");
    Path log = directory.resolve("no/such/directory/log");
    failed(
        1, "can't write the log " + log, MountedKifs.script("--log=" + log, k.toString()).result());
  }

  /** apt-get and friends are played by scripts that write down how they were called. */
  @Test
  void setupInstallsWhatIsMissing() throws IOException {
    Path bin = make("bin");
    Path calls = directory.resolve("calls");
    // All tools but lsof, which apt-get then brings.
    for (String tool :
        List.of(
            "bash",
            "env",
            "java",
            "javac",
            "mvn",
            "fusermount",
            "setsid",
            "gcc",
            "python3",
            "ps",
            "ldconfig",
            "readlink",
            "dirname",
            "realpath",
            "grep",
            "flock",
            "find",
            "stat",
            "sed",
            "cat",
            "ls",
            "id",
            "chmod")) {
      String where = Run.bash("type -P $1 || true", tool).out().strip();
      if (!where.isEmpty()) {
        Files.createSymbolicLink(bin.resolve(tool), Path.of(where));
      }
    }
    executable(bin.resolve("apt-cache"), "echo '  Candidate: 1.0'");
    executable(
        bin.resolve("apt-get"),
        "echo \"$@\" >> "
            + calls
            + "\n"
            + "[[ $* != *install* ]] || { echo '#!/bin/sh' > "
            + bin
            + "/lsof; chmod +x "
            + bin
            + "/lsof; }");
    // mount.sh adds the sbin directories, where lsof isn't.
    assumeTrue(!Files.exists(Path.of("/usr/sbin/lsof")) && !Files.exists(Path.of("/sbin/lsof")));
    String home = Run.bash("dirname $(dirname $(readlink -f $(type -P java)))").out().strip();
    Run.Result setup =
        MountedKifs.script("--setup=tests")
            .with("PATH", bin.toString())
            .with("JAVA_HOME", home)
            .result();
    assertEquals("kifs: installing lsof\n", setup.ok().err());
    List<String> called = Files.readAllLines(calls);
    assertEquals(2, called.size(), called::toString);
    assertTrue(called.get(0).endsWith(" update"), called::toString);
    assertTrue(called.get(1).endsWith(" install --no-install-recommends lsof"), called::toString);
  }

  private static void executable(Path path, String body) throws IOException {
    Files.writeString(path, "#!/bin/bash\n" + body + "\n");
    assertTrue(path.toFile().setExecutable(true));
  }
}
