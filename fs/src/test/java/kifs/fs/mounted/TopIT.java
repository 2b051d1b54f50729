package kifs.fs.mounted;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import kifs.testing.Await;
import kifs.testing.Program;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code kifs top} in a pseudo-terminal of tmux, as users see it. */
@Timeout(240)
class TopIT {
  private static final Pattern COLOR = Pattern.compile("\u001b\\[[0-9;]*[34][0-7][;m]");

  @TempDir Path directory;

  @Mounted("top")
  private static MountedKifs kifs;

  @AfterEach
  void endPrograms() {
    tmux("kill-server");
    Program.closeAll();
  }

  /** Each test has a tmux of its own. */
  private Run.Result tmux(String... arguments) {
    String socket = directory.resolve("tmux").toString();
    Stream<String> all =
        Stream.concat(Stream.of("tmux", "-f", "/dev/null", "-S", socket), Stream.of(arguments));
    return Run.of(all.toArray(String[]::new)).with("TERM", "xterm").result();
  }

  /**
   * Starts a shell that compares the settings of the terminal before and after the command, and
   * stays.
   */
  private void start(String environment, String... arguments) {
    String script =
        "trap : INT; stty -a | tail -n +2 > before; env --default-signal=INT -u NO_COLOR "
            + environment
            + " \"$@\"; echo \"status $?\"; stty -a | tail -n +2 > after; cmp before after && echo"
            + " settings same; sleep 600";
    List<String> command =
        new ArrayList<>(
            List.of("new-session", "-d", "-x", "110", "-y", "30", "-c", directory.toString()));
    command.addAll(List.of("bash", "-c", script, "bash", Project.KIFS.toString(), "top"));
    command.addAll(List.of(arguments));
    Run.Result started = tmux(command.toArray(String[]::new));
    assertEquals(0, started.status(), started::toString);
  }

  private void press(String... keys) {
    for (String key : keys) {
      tmux("send-keys", key);
    }
  }

  private String screen() {
    return new String(tmux("capture-pane", "-p").out().getBytes(ISO_8859_1), UTF_8);
  }

  private void await(Predicate<String> shows) {
    Await.until(this::screen, () -> shows.test(screen()));
  }

  private void awaitEnd(int status) {
    await(screen -> screen.contains("status " + status + "\n"));
    await(screen -> screen.contains("settings same"));
    String flags = tmux("display-message", "-p", "#{alternate_on} #{cursor_flag}").out();
    assertEquals("0 1\n", flags);
  }

  private static boolean hasLine(String screen, String pattern) {
    return screen.lines().anyMatch(line -> line.matches(pattern));
  }

  @Test
  void showsTheHostSortsFiltersAndLeavesTheTerminalAsItWas() {
    try (Program hog = Program.hog()) {
      start("", kifs.path().toString(), "--every=200ms");
      await(screen -> screen.contains("CPU%") && screen.contains("F1Help"));
      press("\\", "kifs-hog", "Enter");
      await(screen -> hasLine(screen, " *" + hog.pid() + " .* kifs-hog"));
      await(screen -> Pattern.compile("\\d of \\d+ processes").matcher(screen).find());
      press("H");
      await(screen -> screen.contains("TID") && hasLine(screen, " *" + hog.pid() + " .*kifs-hog"));
      press("H", "F5");
      await(screen -> hasLine(screen, " *" + hog.pid() + " .*└─kifs-hog"));
      press("F1");
      await(screen -> screen.contains("Any key goes back"));
      press("x");
      await(screen -> screen.contains("F1Help"));
      press("q");
      awaitEnd(0);
    }
  }

  @Test
  void followsTheSizeOfTheTerminal() {
    start("LC_ALL=C NO_COLOR=1", kifs.path().toString(), "--tree", "--every=200ms");
    await(screen -> screen.contains("|-"));
    assertTrue(screen().chars().allMatch(c -> c < 0x7F), this::screen);
    String colored = tmux("capture-pane", "-p", "-e").out();
    // tmux resets colours to its own, which are 39 and 49.
    assertFalse(COLOR.matcher(colored).find(), colored);
    tmux("resize-window", "-x", "40", "-y", "8");
    await(screen -> !screen.contains("F1Help") && screen.contains("CPU%"));
    tmux("resize-window", "-x", "160", "-y", "40");
    await(screen -> screen.contains("F1Help"));
    press("C-c");
    awaitEnd(130);
  }

  @Test
  void aSignalLeavesTheTerminalAsItWas() {
    start("", kifs.path().toString());
    await(screen -> screen.contains("F1Help"));
    String shell = tmux("display-message", "-p", "#{pane_pid}").out().strip();
    Run.bash("kill -TERM $(pgrep -P \"$1\" java)", shell).silent();
    awaitEnd(143);
  }

  /** Another kifs, because the one that the tests share must live on. */
  @Test
  void aMountThatVanishesIsWaitedFor() throws IOException {
    Path path = Files.createDirectory(directory.resolve("mount"));
    MountedKifs first = MountedKifs.at(path, "top-vanishes");
    try (first) {
      start("", path.toString(), "--every=200ms");
      await(screen -> screen.contains("F1Help"));
      first.unmount();
      await(screen -> screen.contains("the mount has gone"));
    }
    try (MountedKifs second = MountedKifs.at(path, "top-vanishes")) {
      assertTrue(second.isRunning());
      await(screen -> screen.contains("up ") && !screen.contains("the mount has gone"));
      press("q");
      awaitEnd(0);
    }
  }

  @Test
  void aFileHasMoments() {
    Path file = directory.resolve("bulks");
    Run.bash("for i in 1 2 3; do cat \"$1/bulk\" >> \"$2\"; done", kifs.path(), file).silent();
    start("", file.toString());
    await(screen -> screen.contains("moment 3 of 3"));
    press("[");
    await(screen -> screen.contains("moment 2 of 3"));
    press("{", "w");
    await(screen -> screen.contains("moment 1 of 3") && screen.contains("WAITER_TID"));
    press("]", "F10");
    awaitEnd(0);
  }

  @Test
  void whatCanNotBeShownIsAnErrorBeforeTheTerminalIsTaken() {
    start("", directory.resolve("missing").toString());
    await(screen -> screen.contains("missing: no such file"));
    awaitEnd(1);
    Run.Result piped = Run.of(Project.KIFS.toString(), "top", kifs.path().toString()).result();
    assertEquals("kifs top: needs a terminal; kifs print writes to files and pipes\n", piped.err());
    assertEquals(1, piped.status());
  }
}
