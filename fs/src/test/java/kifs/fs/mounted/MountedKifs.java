package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import kifs.testing.Await;
import kifs.testing.EventLine;
import kifs.testing.Program;
import kifs.testing.Project;
import kifs.testing.Run;

/**
 * A kifs that mount.sh has mounted. {@link #close} always unmounts. It fails the test if a process
 * or a mount is left, or if the log contains an error that the test didn't expect.
 */
final class MountedKifs implements AutoCloseable {
  /** The transport of tests that don't choose one. */
  static final String TRANSPORT = System.getProperty("kifs.transport", "auto");

  private final Path mountpoint;
  private final Path log;
  private final long pid;
  private boolean killed;

  private MountedKifs(Path mountpoint, Path log, long pid) {
    this.mountpoint = mountpoint;
    this.log = log;
    this.pid = pid;
  }

  /**
   * Mounts a kifs.
   *
   * @param name the name of the log in target/it-logs
   */
  static MountedKifs at(Path mountpoint, String name, String... options) {
    return by(List.of(), mountpoint, name, options);
  }

  /**
   * Mounts a kifs by a command that runs mount.sh with other privileges.
   *
   * @param by the words of the command
   * @param name the name of the log in target/it-logs
   */
  static MountedKifs by(List<String> by, Path mountpoint, String name, String... options) {
    Path log = Project.FS_TARGET.resolve("it-logs").resolve(name + ".log");
    try {
      Files.createDirectories(log.getParent());
      Files.deleteIfExists(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> command = new ArrayList<>(by);
    command.add(Project.MOUNT.toString());
    command.addAll(List.of(options));
    if (command.stream().noneMatch(option -> option.startsWith("--transport="))) {
      command.add("--transport=" + TRANSPORT);
    }
    command.add("--log=" + log);
    command.add(mountpoint.toString());
    String line = Run.of(command.toArray(String[]::new)).ok().out();
    return new MountedKifs(
        mountpoint, log, Long.parseLong(line.replaceAll("(?s).*pid (\\d+).*", "$1")));
  }

  /** A run of mount.sh. */
  static Run script(String... arguments) {
    return Run.of(
        Stream.concat(Stream.of(Project.MOUNT.toString()), Stream.of(arguments))
            .toArray(String[]::new));
  }

  Path path() {
    return mountpoint;
  }

  Path path(String name) {
    return mountpoint.resolve(name);
  }

  String read(String name) {
    try {
      return Files.readString(path(name), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A value of {@code about}. */
  String about(String key) {
    return values("about").get(key);
  }

  /** The lines key=value of a file. */
  Map<String, String> values(String name) {
    Map<String, String> values = new TreeMap<>();
    read(name)
        .lines()
        .forEach(line -> values.put(line.replaceAll("=.*", ""), line.replaceFirst("[^=]*=", "")));
    return values;
  }

  int waiters() {
    return Integer.parseInt(about("waiters"));
  }

  void awaitWaiters(int count) {
    Await.until(() -> read("about"), () -> waiters() == count);
  }

  /** Starts a command that waits for one threshold, and returns when the command waits. */
  Program startWaiter(Run command) {
    int before = waiters();
    Program waiter = Program.start(command);
    awaitWaiters(before + 1);
    return waiter;
  }

  /** Starts cat on a threshold, and returns when cat waits in its open. */
  Program cat(String name) {
    return startWaiter(Run.of("cat", path(name).toString()));
  }

  /** The event of a threshold whose open doesn't wait, because it is already exceeded. */
  Map<String, String> eventNow(String name) {
    String out = Run.of("cat", path(name).toString()).silent().out();
    assertEquals(1, out.lines().count(), out);
    return EventLine.parse(out.strip());
  }

  /** The event of a command that prints one event and then succeeds. */
  static Map<String, String> event(Program waiter) {
    String line = waiter.line();
    assertNull(waiter.line());
    assertEquals(0, waiter.await());
    return EventLine.parse(line);
  }

  /** The number of samples that were taken for waiters. */
  int samples() {
    return Integer.parseInt(about("samples"));
  }

  long pid() {
    return pid;
  }

  /** The number of threads of the daemon. */
  int threads() {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
      return (int) tasks.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String log() {
    try {
      return Files.readString(log, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills the daemon by SIGKILL, so that it leaves a dead mount. */
  void kill() {
    killed = true;
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    Await.until("daemon ends", () -> !isRunning());
  }

  boolean isRunning() {
    return Files.exists(Path.of("/proc/" + pid + "/exe"));
  }

  static boolean isMounted(Path path) {
    try {
      String name = " " + path.toString().replace(" ", "\\040") + " ";
      return Files.readString(Path.of("/proc/self/mountinfo")).contains(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The output of mount.sh --unmount. */
  Run.Result unmount() {
    return script("--unmount", mountpoint.toString()).result();
  }

  @Override
  public void close() {
    Run.Result result = isMounted(mountpoint) ? unmount() : null;
    if (isMounted(mountpoint)) {
      Run.of("umount", "-l", mountpoint.toString()).result();
    }
    boolean left = !Await.holds(Await.LIMIT, () -> !isRunning());
    if (left) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
    if (result != null) {
      assertEquals(0, result.status(), result::toString);
    }
    assertTrue(!left, "the daemon outlived its mount");
    assertTrue(!isMounted(mountpoint), "it is still mounted");
    if (!killed) {
      assertEquals(
          List.of(),
          log().lines().filter(line -> line.contains(" ERROR ")).toList(),
          log.toString());
    }
  }
}
