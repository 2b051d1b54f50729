package kifs.kernel.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kifs.testing.Await;
import kifs.testing.Program;
import kifs.testing.Programs;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who lacks the rights to look at others' processes is told less of them, never something wrong,
 * and why, once: of what they hold and what they wait for, of another user's and of one with more
 * rights. The same with all rights, for comparison.
 */
class RefusedTest {
  private static final String WITHOUT = "-sys_ptrace,-sys_admin,-bpf,-perfmon,-checkpoint_restore";

  private static final int IDENTITY = 3;

  @TempDir Path directory;

  @BeforeEach
  void mayDropRights() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    Process root = new ProcessBuilder("setpriv", "--reuid=65534", "true").start();
    assumeTrue(root.waitFor() == 0, "no right to become somebody else");
  }

  /** What {@link Refused} says; lines by all their words but the last. */
  private static Map<String, String> run(List<String> with, List<Integer> pids) throws Exception {
    List<String> command = new ArrayList<>(with);
    String path = System.getProperty("surefire.test.class.path");
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-cp"));
    command.add(path == null ? System.getProperty("java.class.path") : path);
    command.add(Refused.class.getName());
    pids.forEach(pid -> command.add(pid.toString()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertEquals(0, process.waitFor(), said);
    Map<String, String> lines = new TreeMap<>();
    for (String line : said.lines().toList()) {
      boolean sentence = line.startsWith("warning ") || line.startsWith("bpf ");
      int blank = line.lastIndexOf(' ');
      String key = sentence ? line : line.substring(0, blank);
      assertEquals(null, lines.put(key, line.substring(blank + 1)), "twice: " + line);
    }
    return lines;
  }

  private Program deadlock(String... with) throws Exception {
    List<String> command = new ArrayList<>(List.of(with));
    // A copy, because another user may not enter the source tree.
    Path locks = directory.resolve("locks");
    Files.copy(Programs.get("locks"), locks, StandardCopyOption.REPLACE_EXISTING);
    command.addAll(List.of(locks.toString(), "normal", directory.toString(), "T a | b", "T b | a"));
    return Program.ready(command);
  }

  @Test
  void whatIsRefusedIsAbsentAndSaidOnce() throws Exception {
    String tag = "kifs-refused-" + ProcessHandle.current().pid();
    try (Program files = Program.run("fd-kinds", directory);
        Program shm = Program.run("shm-users", tag).cleaningUp();
        Program roots = deadlock();
        Program others = deadlock("setpriv", "--reuid=65534", "--clear-groups")) {
      List<Integer> pids = List.of(files.pid(), shm.pid(), roots.pid(), others.pid());
      Map<String, String> all = run(List.of(), pids);
      Map<String, String> some = run(List.of("setpriv", "--bounding-set=" + WITHOUT), pids);

      assertTrue(all.containsKey("bpf runs BPF"), all.toString());
      assertTrue(
          some.containsKey("bpf not permitted: it takes CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN"),
          some.toString());
      for (int pid : pids) {
        String fds = all.keySet().stream().filter(k -> k.startsWith("fd " + pid)).findAny().get();
        assertTrue(mask(all.get(fds)) > IDENTITY, all.toString());
        // That there are some is no secret, what they are is.
        some.forEach(
            (key, value) -> assertTrue(!key.startsWith("fd " + pid) || mask(value) <= IDENTITY));
        assertEquals("0", some.get("mapped " + pid));
        assertEquals("kinds=0", some.get("threads " + pid));
        assertTrue(some.containsKey("waits " + pid + " 0"), some.toString());
      }
      assertTrue(Long.parseLong(all.get("mapped " + shm.pid())) > 0);
      for (Program program : List.of(roots, others)) {
        assertEquals("kinds=3", all.get("threads " + program.pid()));
        assertEquals("deadlocks=1", all.get("waits " + program.pid() + " 3"), all.toString());
      }
      assertEquals("users=false", some.get("shm"));
      for (String what : List.of("waits of some", "what the fds of", "the mappings of")) {
        assertEquals(1, some.keySet().stream().filter(key -> key.contains(what)).count(), what);
      }
      assertFalse(some.keySet().stream().anyMatch(key -> key.contains("Exception")));
      shm.endInput();
      shm.await();
    }
  }

  /** A user namespace gives all capabilities, but none over who isn't in it. */
  @Test
  void howAProcessEndedIsToldOrAbsentButNeverGuessed() throws Exception {
    List<String> zombie = List.of("bash", "-c", "sleep 0.5 & echo $!; echo ready; exec sleep 100");
    List<String> unshare = List.of("unshare", "--user", "--map-root-user");
    try (Program parent = Program.ready(zombie)) {
      int pid = Integer.parseInt(parent.lines().get(0));
      Path stat = Path.of("/proc/" + pid + "/stat");
      Await.until("a zombie", () -> read(stat).contains(") Z "));
      String key = "ended " + pid;
      assertEquals("status=0", run(List.of(), List.of(pid)).get(key));
      List<String> fewer = List.of("setpriv", "--bounding-set=" + WITHOUT);
      assertEquals("status=-1", run(fewer, List.of(pid)).get(key));
      assertEquals("status=-1", run(unshare, List.of(pid)).get(key));
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long mask(String fields) {
    return Long.parseLong(fields.replace("fields=", ""), 16);
  }
}
