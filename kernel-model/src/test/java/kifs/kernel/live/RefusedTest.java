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
import kifs.testing.Run;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A daemon that lacks the rights to read other processes reports less about them, but nothing
 * wrong, and warns once about each cause. The tests cover what processes hold and what they wait
 * for, for a process of another user and for one with more rights. A daemon with all rights is
 * compared.
 */
class RefusedTest {
  private static final String WITHOUT = "-sys_ptrace,-sys_admin,-bpf,-perfmon,-checkpoint_restore";

  private static final int IDENTITY = 3;

  @TempDir Path directory;

  @BeforeEach
  void mayDropRights() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    Run.Result root = Run.of("setpriv", "--reuid=65534", "true").result();
    assumeTrue(root.status() == 0, "no right to change the user");
  }

  /** The lines that {@link Refused} prints: the last word, by all words before it. */
  private static Map<String, String> run(List<String> with, List<Integer> pids) {
    List<String> command = new ArrayList<>(with);
    String path = System.getProperty("surefire.test.class.path");
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-cp"));
    command.add(path == null ? System.getProperty("java.class.path") : path);
    command.add(Refused.class.getName());
    pids.forEach(pid -> command.add(pid.toString()));
    Map<String, String> lines = new TreeMap<>();
    for (String line : Run.of(command.toArray(String[]::new)).ok().lines()) {
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
  void refusedFieldsAreAbsentAndWarnedOfOnce() throws Exception {
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
        // The kernel lets everybody count the fds, but not read what they are.
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

  /** A user namespace grants all capabilities, but none over processes outside of it. */
  @Test
  void theExitStatusIsKnownOrAbsentButNeverGuessed() throws Exception {
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
