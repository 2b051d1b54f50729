package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import kifs.testing.Await;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The messages and exit codes of mount.sh. */
@Timeout(120)
class MountScriptIT {
  private static final Pattern MOUNTED =
      Pattern.compile("kifs: mounted on (.*) \\(source (\\w+), pid (\\d+)\\)\n");

  private static final String UPDATING =
      "kifs: missing: fuse; updating the package lists, which may take a minute";

  @TempDir Path temporary;
  private Path directory;
  private Path mountpoint;
  private Path log;
  private final List<Long> daemons = new ArrayList<>();

  @BeforeEach
  void makeMountpoint() throws IOException {
    directory = temporary.toRealPath();
    mountpoint = Files.createDirectory(directory.resolve("m"));
    log = directory.resolve("log");
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    List<Path> left = mountsBelow(directory);
    for (Path mount : left) {
      Run.of("umount", "-l", mount.toString()).result();
    }
    daemons.stream()
        .flatMap(pid -> ProcessHandle.of(pid).stream())
        .forEach(ProcessHandle::destroyForcibly);
    assertEquals(List.of(), left);
    deleteLinks();
  }

  /** Deletes symbolic links. JUnit would warn of each that leads out of its directory. */
  private void deleteLinks() throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path link : all.filter(Files::isSymbolicLink).toList()) {
        Files.delete(link);
      }
    }
  }

  private static List<Path> mountsBelow(Path directory) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
      return lines
          .map(line -> Path.of(line.split(" ")[4].replace("\\040", " ")))
          .filter(path -> path.startsWith(directory))
          .toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void refuses(int status, String message, String... arguments) {
    refuses(status, message, MountedKifs.script(arguments).result());
  }

  private static void refuses(int status, String message, Run.Result result) {
    assertEquals(message + "\n", result.err(), result::toString);
    assertEquals("", result.out(), result::toString);
    assertEquals(status, result.status(), result::toString);
  }

  /** Mounts by one name, expects the mount at another one, and returns the pid of the daemon. */
  private long mounts(Path where, Path named, String... options) {
    return mounted(where, mount(named.toString(), options));
  }

  private Run.Result mount(String named, String... options) {
    List<String> command = new ArrayList<>(List.of(options));
    command.add("--log=" + log);
    command.add(named);
    return MountedKifs.script(command.toArray(String[]::new)).result();
  }

  private long mounted(Path where, Run.Result result) {
    Matcher line = MOUNTED.matcher(result.ok().out());
    assertTrue(line.matches(), result::toString);
    long pid = Long.parseLong(line.group(3));
    daemons.add(pid);
    assertEquals(where.toString(), line.group(1));
    assertTrue(Run.bash("cat \"$1\"", where.resolve("about")).out().contains("pid=" + pid + "\n"));
    return pid;
  }

  private void unmounts(Path where, Path named) {
    Run.Result result = MountedKifs.script("--unmount", named.toString()).silent();
    assertEquals("kifs: unmounted " + where + "\n", result.out());
    assertFalse(MountedKifs.isMounted(where));
  }

  private static boolean runs(long pid) {
    return Files.exists(Path.of("/proc/" + pid + "/exe"));
  }

  // --- arguments ---

  /** All capabilities by their numbers. */
  private static final List<String> CAPABILITIES =
      List.of(
          ("chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap"
                  + " linux_immutable net_bind_service net_broadcast net_admin net_raw ipc_lock"
                  + " ipc_owner sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin"
                  + " sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease"
                  + " audit_write audit_control setfcap mac_override mac_admin syslog wake_alarm"
                  + " block_suspend audit_read perfmon bpf checkpoint_restore")
              .split(" "));

  private static final int OWN_STATUS_COLUMNS = 2;

  private static String status(long pid, String key) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
        .map(line -> line.split(":\\s*", OWN_STATUS_COLUMNS))
        .filter(words -> words[0].equals(key))
        .map(words -> words[1])
        .findFirst()
        .orElseThrow();
  }

  private static long mask(String hex) {
    return Long.parseLong(hex, 16);
  }

  /** The daemon has what docs/security.md says, as far as this host's root has it. */
  @Test
  void theDaemonHasOnlyTheRightsThatTheDocumentSays() throws IOException {
    long table =
        Files.readAllLines(Project.ROOT.resolve("docs/security.md")).stream()
            .takeWhile(line -> !line.equals("## Threats"))
            .filter(line -> line.startsWith("| `"))
            .flatMap(line -> Pattern.compile("`(\\w+)`").matcher(line.split("\\|")[1]).results())
            .mapToLong(name -> 1L << CAPABILITIES.indexOf(name.group(1)))
            .sum();
    long pid =
        mounted(mountpoint, MountedKifs.script("--log=" + log, mountpoint.toString()).result());
    long here = mask(status(ProcessHandle.current().pid(), "CapPrm"));
    for (String set : List.of("CapPrm", "CapEff", "CapBnd")) {
      assertEquals(Long.toHexString(table & here), Long.toHexString(mask(status(pid, set))), set);
    }
    assertEquals("1", status(pid, "NoNewPrivs"));
    assertEquals("0077", status(pid, "Umask"));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(log)));
    Path autogroup = Path.of("/proc/" + pid + "/autogroup");
    if (Files.exists(autogroup)) {
      assertEquals(
          "nice -5", Files.readString(autogroup).strip().replaceAll("^/autogroup-\\d+ ", ""));
    }
    MountedKifs.script("--unmount", mountpoint.toString()).ok();
  }

  @Test
  void help() {
    Run.Result help = MountedKifs.script("--help").silent();
    assertTrue(help.out().startsWith("usage: mount.sh "), help::toString);
    assertEquals(help.out(), MountedKifs.script("-h").silent().out());
    Run.Result version = MountedKifs.script("--version").silent();
    assertTrue(version.out().matches("kifs \\d+\\.\\d+.*\n"), version::toString);
  }

  @Test
  void badArguments() {
    refuses(2, "kifs: no MOUNTPOINT; try --help");
    refuses(2, "kifs: no MOUNTPOINT; try --help", "--unmount");
    refuses(2, "kifs: unknown option --bogus; try --help", "--bogus");
    refuses(2, "kifs: no MOUNTPOINT; try --help", "--");
    refuses(2, "kifs: more than one MOUNTPOINT; try --help", "--", "-h", "-x");
    refuses(2, "kifs: an empty MOUNTPOINT; try --help", "");
    refuses(2, "kifs: more than one MOUNTPOINT; try --help", mountpoint.toString(), "/");
  }

  /** What is wrong is said before anything is installed, built or started. */
  @Test
  void badValuesOfOptions() {
    String where = mountpoint.toString();
    String sources = ": auto, bpf, procfs, simulated:FILE or capture:FILE; try --help";
    refuses(2, "kifs: no source ''" + sources, "--source=", where);
    refuses(2, "kifs: no source 'nothing'" + sources, "--source=nothing", where);
    refuses(
        2,
        "kifs: --source=simulated: lacks its file: --source=simulated:FILE; try --help",
        "--source=simulated:",
        where);
    refuses(
        2,
        "kifs: --source=simulated:/none.kifs: no such file; try --help",
        "--source=simulated:/none.kifs",
        where);
    refuses(
        2,
        "kifs: no transport 'nothing': auto, direct or jnr-fuse; try --help",
        "--transport=nothing",
        where);
    refuses(2, "kifs: --fd=x: no descriptor; try --help", "--fd=x", where);
    refuses(2, "kifs: --tick=7x: no time in ms or s, as in 100ms; try --help", "--tick=7x", where);
    refuses(2, "kifs: --waiters=-1: no number; try --help", "--waiters=-1", where);
    refuses(2, "kifs: --user-waiters=: no number; try --help", "--user-waiters=", where);
    refuses(2, "kifs: --group=no.such: no such group; try --help", "--group=no.such", where);
    refuses(2, "kifs: --group=: no such group; try --help", "--group=", where);
    refuses(
        2, "kifs: --hidepid=3: not off, noaccess or invisible; try --help", "--hidepid=3", where);
    refuses(2, "kifs: --log= lacks its file; try --help", "--log=", where);
  }

  @Test
  void badMountpoints() throws IOException {
    Path missing = directory.resolve("missing");
    refuses(1, "kifs: " + missing + ": no such directory (--setup makes it)", missing.toString());
    Path file = Files.createFile(directory.resolve("file"));
    refuses(1, "kifs: " + file + ": not a directory", file.toString());
    Files.createFile(mountpoint.resolve(".hidden"));
    refuses(1, "kifs: " + mountpoint + ": not empty", mountpoint.toString());
    refuses(
        1,
        "kifs: " + mountpoint + ": no kifs is mounted there",
        "--unmount",
        mountpoint.toString());
    assertFalse(Files.exists(missing));
  }

  @Test
  void anotherFilesystem() {
    String name = mountpoint.toString();
    assumeTrue(Run.of("mount", "-t", "tmpfs", "tmpfs", name).result().status() == 0, "no tmpfs");
    try {
      refuses(1, "kifs: " + name + ": another filesystem is mounted there: tmpfs", name);
      refuses(1, "kifs: " + name + ": no kifs is mounted there", "--unmount", name);
    } finally {
      Run.of("umount", name).ok();
    }
  }

  @Test
  void badJavaHome() {
    refuses(
        1,
        "kifs: JAVA_HOME=" + directory + ": no Java 17 or newer there",
        MountedKifs.script(mountpoint.toString()).with("JAVA_HOME", directory.toString()).result());
  }

  @Test
  void logThatCannotBeWritten() {
    String where = mountpoint.toString();
    refuses(
        1,
        "kifs: can't write the log " + directory + ": Is a directory",
        "--log=" + directory,
        where);
    refuses(
        1,
        "kifs: can't write the log /none/log: No such file or directory",
        "--foreground",
        "--log=/none/log",
        where);
  }

  // --- daemons that don't start ---

  private void fails(int status, String message, String option) throws IOException {
    Run.Result result = mount(mountpoint.toString(), option);
    List<String> lines = result.err().lines().toList();
    assertEquals(message, lines.get(0), result::toString);
    assertEquals(
        "kifs: " + mountpoint + ": not mounted; the log is " + log,
        lines.get(lines.size() - 1),
        result::toString);
    assertEquals(status, result.status(), result::toString);
    assertEquals("", result.out(), result::toString);
    assertEquals(List.of(), mountsBelow(directory));
    // The script shows only the lines that this start has added to the log.
    assertEquals(1, lines.stream().filter(message::equals).count(), result::toString);
    assertTrue(Files.readString(log).contains(message), result::toString);
  }

  @Test
  void badOptionsOfTheDaemon() throws IOException {
    String tick = "Invalid value for option '--tick': not between 1ms and 60s: 99s";
    fails(2, tick, "--tick=99s");
    fails(2, tick, "--tick=99s");
    fails(2, "Invalid value for option '--tick': not between 1ms and 60s: 61s", "--tick=61s");
    assertArrayEquals(new String[0], mountpoint.toFile().list());
  }

  @Test
  void badScripts() throws IOException {
    Path script = Files.writeString(directory.resolve("bad.kifs"), "# a host\n0s nonsense 1\n");
    Run.Result result = mount(mountpoint.toString(), "--source=simulated:" + script);
    assertTrue(result.err().startsWith("kifs: line 2: "), result::toString);
    assertEquals(2, result.status(), result::toString);
    assertEquals(List.of(), mountsBelow(directory));
  }

  /** The daemon itself, without mount.sh, has the same statuses. */
  @Test
  void badValuesOfTheDaemon() {
    String jar = Project.JAR.toString();
    String where = mountpoint.toString();
    refuses(
        2,
        "kifs: no source nothing: auto, bpf, procfs, simulated:FILE or capture:FILE",
        Run.of("java", "-jar", jar, "--source=nothing", where).result());
    refuses(
        2,
        "kifs: /none.kifs: no such file",
        Run.of("java", "-jar", jar, "--source=simulated:/none.kifs", where).result());
    Run.Result log = Run.of("java", "-jar", jar, "--log=/none/log", where).result();
    assertTrue(log.err().startsWith("kifs: can't write the log: "), log::toString);
    assertEquals(1, log.status());
  }

  // --- names of mountpoints ---

  @Test
  void namesOfOneDirectory() throws IOException {
    Path real = Files.createDirectory(directory.resolve("with two spaces"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), real);
    mounts(real, Path.of(real + "/"));
    refuses(1, "kifs: " + real + ": already mounted (pid " + daemons.get(0) + ")", link.toString());
    unmounts(real, link);
    mounts(real, link);
    unmounts(real, real);
    Run relative =
        Run.of(Project.MOUNT.toString(), "--log=log", "../" + directory.getFileName() + "/m/");
    mounted(mountpoint, relative.in(directory).result());
    assertTrue(Files.exists(directory.resolve("log")));
    Run.Result unmount = Run.of(Project.MOUNT.toString(), "--unmount", "m").in(directory).silent();
    assertEquals("kifs: unmounted " + mountpoint + "\n", unmount.out());
  }

  @Test
  void namesThatAreNotAscii() {
    Run.Result result =
        Run.bash(
                """
                m=$1/$'\\303\\274 \\\\ b'
                mkdir "$m"
                "$2" --log="$3" "$m" && cat "$m/about" && "$2" --status "$m" && "$2" --unmount "$m"
                """,
                directory,
                Project.MOUNT,
                log)
            .silent();
    assertTrue(result.out().contains("\nsource="), result::toString);
    String name = directory + "/\u00c3\u00bc \\ b";
    assertTrue(result.out().startsWith("kifs: mounted on " + name + " ("), result::toString);
    assertTrue(result.out().contains("\n" + name + ": alive (source "), result::toString);
    assertTrue(result.out().endsWith("\nkifs: unmounted " + name + "\n"), result::toString);
  }

  // --- mount, status, unmount ---

  @Test
  void statusOfALiveAndADeadMount() {
    String name = mountpoint.toString();
    Run.Result none = MountedKifs.script("--status", name).result();
    assertEquals("kifs: not mounted\n", none.out());
    assertEquals(1, none.status());

    long pid = mounts(mountpoint, mountpoint, "--source=simulated:" + Project.DEMO);
    Run.Result alive = MountedKifs.script("--status", name).silent();
    String first = name + ": alive (source simulated, pid " + pid + ")\n";
    assertTrue(alive.out().startsWith(first), alive.out());
    assertTrue(MountedKifs.script("--status").silent().out().contains(first));
    List<String> resources = alive.out().substring(first.length()).lines().toList();
    for (String line :
        List.of(
            "  waiters=0",
            "  waiters.users=",
            "  waiters.max=16384",
            "  waiters.max.user=8192",
            "  events.queued=0",
            "  events.queued.max=100000",
            "  events.lost=0",
            "  snapshots.held=0",
            "  snapshots.bytes=0",
            "  names.max=50000")) {
      assertTrue(resources.contains(line), () -> line + " in " + resources);
    }
    assertTrue(resources.stream().anyMatch(line -> line.matches("  memory=[1-9][0-9]+")));
    refuses(1, "kifs: " + name + ": already mounted (pid " + pid + ")", name);

    kill(pid);
    Run.Result dead = MountedKifs.script("--status", name).result();
    assertEquals(name + ": dead; mount.sh --unmount cleans it up\n", dead.out());
    assertEquals(1, dead.status());

    Run.Result again = mount(name);
    assertEquals("kifs: " + name + ": cleaned up after a daemon that was killed\n", again.err());
    long second = mounted(mountpoint, again);
    assertEquals(1, mountsBelow(directory).size());

    kill(second);
    unmounts(mountpoint, mountpoint);
  }

  private static void kill(long pid) {
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    Await.until("the daemon ends", () -> !runs(pid));
  }

  @Test
  void unmountingEndsTheDaemonAndLeavesAnEmptyDirectory() throws IOException {
    long pid = mounts(mountpoint, mountpoint);
    unmounts(mountpoint, mountpoint);
    Await.until("the daemon ends", () -> !runs(pid));
    assertArrayEquals(new String[0], mountpoint.toFile().list());
    refuses(
        1,
        "kifs: " + mountpoint + ": no kifs is mounted there",
        "--unmount",
        mountpoint.toString());
  }

  @Test
  void inTheForeground() throws Exception {
    Process daemon =
        Run.of(Project.MOUNT.toString(), "--foreground", mountpoint.toString()).start();
    daemons.add(daemon.pid());
    CompletableFuture<String> err = Run.read(daemon.getErrorStream());
    BufferedReader out =
        new BufferedReader(new InputStreamReader(daemon.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    assertTrue(line.endsWith(", pid " + daemon.pid() + ")"), line);
    assertTrue(Files.exists(mountpoint.resolve("about")));
    // daemon.destroy() would close the output that is still to be read.
    daemon.toHandle().destroy();
    assertTrue(daemon.waitFor(30, TimeUnit.SECONDS), "SIGTERM doesn't end the daemon");
    assertFalse(MountedKifs.isMounted(mountpoint));
    assertTrue(err.join().contains(" INFO  kifs: stopped\n"), err.join());
    // Several daemons may write to one log.
    boolean hasPid =
        err.join().lines().anyMatch(each -> each.matches(".* \\[[0-9]+\\] INFO  kifs: stopped"));
    assertTrue(hasPid, err.join());
  }

  // --- setup ---

  /** Makes a PATH with all commands except fusermount, and an apt-get that can install it. */
  private Path pathWithoutFusermount(String aptGet) throws IOException {
    Path bin = Files.createDirectory(directory.resolve("bin"));
    Run.bash(
            """
            IFS=:
            for d in $PATH; do for f in "$d"/*; do
              [[ ! -x $f || -e $1/${f##*/} ]] || ln -s "$f" "$1"
            done; done 2>/dev/null
            rm -f "$1"/{fusermount,apt-get,apt-cache}
            """,
            bin)
        .ok();
    script(bin.resolve("apt-get"), aptGet);
    // This apt-get has the package fuse, but not fuse3.
    script(bin.resolve("apt-cache"), "[ \"$2\" = fuse ] && echo '  Candidate: 2.9'; exit 0");
    return bin;
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Run.Result with(Path bin, String... arguments) {
    return MountedKifs.script(arguments).with("PATH", bin.toString()).result();
  }

  @Test
  void setupInstallsWhatIsMissing() throws IOException {
    assumeTrue(Files.exists(Path.of("/usr/bin/fusermount")), "fusermount is elsewhere");
    Path asked = directory.resolve("asked");
    Path bin =
        pathWithoutFusermount(
            "echo \"$*\" >> '%s'; case $* in *' install '*) ln -s /usr/bin/fusermount '%s';; esac"
                .formatted(asked, directory.resolve("bin")));
    refuses(
        1,
        "kifs: missing: fuse (apt-get install them, or mount.sh --setup)",
        with(bin, mountpoint.toString()));
    assertFalse(Files.exists(asked));

    Path made = directory.resolve("made");
    Run.Result setup = with(bin, "--setup", "--log=" + log, made.toString());
    assertEquals(UPDATING + "\nkifs: installing fuse, which may take some minutes\n", setup.err());
    mounted(made, setup);
    List<String> calls = Files.readAllLines(asked);
    assertEquals(2, calls.size(), calls::toString);
    assertTrue(calls.get(0).endsWith(" update"), calls::toString);
    assertTrue(
        calls.get(1).endsWith(" install --no-install-recommends --no-remove fuse"),
        calls::toString);
    unmounts(made, made);

    Run.Result again = with(bin, "--setup").silent();
    assertEquals("", again.out());
    assertEquals(calls, Files.readAllLines(asked), "nothing is missing, nothing is installed");
    Path deep = directory.resolve("none/deep");
    refuses(
        1,
        "kifs: " + deep + ": no such directory, and can't make it",
        with(bin, "--setup", deep.toString()));
  }

  @Test
  void setupThatFails() throws IOException {
    Path bin = pathWithoutFusermount("exit 100");
    refuses(
        1,
        UPDATING
            + """

            kifs: apt-get update failed; trying with the package lists that are here
            kifs: installing fuse, which may take some minutes
            kifs: apt-get could not install them\
            """,
        with(bin, "--setup", mountpoint.toString()));
    script(bin.resolve("apt-get"), "exit 0");
    refuses(
        1,
        UPDATING
            + "\nkifs: installing fuse, which may take some minutes\nkifs: still missing: fuse",
        with(bin, "--setup", mountpoint.toString()));
  }
}
