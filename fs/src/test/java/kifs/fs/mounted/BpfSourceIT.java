package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import kifs.testing.Await;
import kifs.testing.Program;
import kifs.testing.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The mount with the BPF source: the lines of {@code about}, and no program is left after its end.
 */
class BpfSourceIT {
  private static final Pattern ID = Pattern.compile("^(prog_id|map_id|link_id):\\s+(\\d+)$");

  @TempDir Path mountpoint;

  @Test
  void aboutNamesEveryProgram() {
    try (MountedKifs kifs = MountedKifs.at(mountpoint, "bpf", "--source=bpf")) {
      assertEquals("bpf", kifs.about("source"));
      for (String program :
          List.of("setup", "list", "sweep", "clock", "files", "mappings", "forked", "exited")) {
        assertEquals("runs", kifs.about("bpf." + program), program);
      }
    }
  }

  @Test
  void nothingOutlivesADaemonThatIsKilled() throws Exception {
    try (MountedKifs kifs = MountedKifs.at(mountpoint, "bpf-killed", "--source=bpf")) {
      Set<String> ids = objects(kifs.pid());
      kifs.kill();
      awaitNoneOf(ids);
    }
  }

  @Test
  void nothingOutlivesADaemonThatUnmountsWithAWaiter() throws Exception {
    Set<String> ids;
    try (MountedKifs kifs = MountedKifs.at(mountpoint, "bpf-unmounted", "--source=bpf")) {
      try (Program waiter = kifs.cat("processes/each/notify/oom/occurs/any")) {
        ids = objects(kifs.pid());
        // Programs are attached for the waiter. Each has a link.
        assertTrue(ids.stream().anyMatch(id -> id.startsWith("link_id")), ids::toString);
        MountedKifs.script("--unmount", mountpoint.toString()).result().ok();
        assertTrue(waiter.await() != 0);
      }
    }
    awaitNoneOf(ids);
  }

  /** The BPF objects that a process holds open. */
  private static Set<String> objects(long pid) throws IOException {
    Set<String> ids = new TreeSet<>();
    try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/fdinfo"))) {
      for (Path file : files.toList()) {
        try {
          for (String line : Files.readAllLines(file)) {
            Matcher id = ID.matcher(line);
            if (id.matches()) {
              ids.add(id.group(1) + " " + id.group(2));
            }
          }
        } catch (IOException e) {
          // The daemon has closed this fd meanwhile.
        }
      }
    }
    assertFalse(ids.isEmpty(), "no BPF object is open in " + pid);
    return ids;
  }

  /** The kernel frees programs a moment after the last file that refers to them is closed. */
  private static void awaitNoneOf(Set<String> ids) {
    Await.until("objects go", () -> ids.stream().noneMatch(BpfSourceIT::exists));
  }

  private static boolean exists(String id) {
    String kind = id.replaceAll("_id .*", "");
    String number = id.replaceAll(".* ", "");
    String show = "PATH=$PATH:/usr/sbin; bpftool " + kind + " show id " + number;
    return Run.bash(show).result().status() == 0;
  }
}
