package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The helper of mount(8), called as mount(8) calls it. test-data/package.sh has mount(8) itself.
 */
@Timeout(120)
class MountHelperIT {
  private static final Path HELPER = Project.ROOT.resolve("fs/src/main/sh/mount.kifs");

  @TempDir Path temporary;
  private Path mountpoint;
  private String log;
  private String source;

  @BeforeEach
  void makeMountpoint() throws IOException {
    mountpoint = Files.createDirectory(temporary.toRealPath().resolve("m, n"));
    log = "log=" + temporary.resolve("log");
    // The name has a comma, which has to be quoted.
    Path demo = Files.copy(Project.DEMO, temporary.resolve("demo,1.kifs"));
    source = "source=\"simulated:" + demo + "\"";
  }

  @AfterEach
  void unmount() {
    if (MountedKifs.isMounted(mountpoint)) {
      MountedKifs.script("--unmount", mountpoint.toString()).ok();
    }
  }

  private Run.Result mount(String... arguments) {
    List<String> command =
        new ArrayList<>(List.of(HELPER.toString(), "kifs", mountpoint.toString()));
    command.addAll(List.of(arguments));
    return Run.of(command.toArray(String[]::new)).result();
  }

  private void refuses(int status, String message, String... arguments) {
    Run.Result result = mount(arguments);
    assertEquals(message + "\n", result.err(), result::toString);
    assertEquals(status, result.status());
    assertFalse(MountedKifs.isMounted(mountpoint));
  }

  @Test
  void optionsReachTheDaemon() throws IOException {
    String generic = "rw,nosuid,nodev,noexec,user,_netdev,nofail,user=me,x-a.b=c";
    Run.Result result = mount("-o", generic + ",tick=2s,waiters=3," + log + "," + source);
    assertEquals("", result.silent().out());
    String about = Run.of("cat", mountpoint.resolve("about").toString()).out();
    assertTrue(about.contains("\nsource=simulated\n"), about);
    assertTrue(about.contains("\nwaiters.max=3\n"), about);
    assertTrue(about.contains("\ntick.finest=2"), about);
    // A second mount at the same place fails as one of any filesystem.
    assertEquals(32, mount("-o", log + "," + source).status());
    // As umount(8) does; the daemon ends by itself.
    Run.of("umount", mountpoint.toString()).silent();
    assertFalse(MountedKifs.isMounted(mountpoint));
  }

  @Test
  void readOnlyForbidsChanges() {
    mount("-v", "-r", "-o", log + "," + source).ok();
    Run.Result result = Run.bash("echo tags=process >\"$1/bulk\"", mountpoint).result();
    assertTrue(result.err().contains("Read-only file system"), result::toString);
    Run.of("cat", mountpoint.resolve("system/load").toString()).ok();
  }

  @Test
  void verboseSaysWhatIsMounted() {
    assertTrue(mount("-v", "-o", log + "," + source).ok().out().startsWith("kifs: mounted on "));
  }

  @Test
  void mistakesHaveTheStatusOfMount() {
    refuses(1, "mount.kifs: no option bogus; kifs mount --help lists them", "-o", "rw,bogus=1");
    refuses(1, "mount.kifs: no option setup; kifs mount --help lists them", "-o", "setup");
    refuses(1, "mount.kifs: --tick=7x: no time in ms or s, as in 100ms", "-o", "tick=7x");
    refuses(1, "mount.kifs: unknown option -q", "-q");
    refuses(1, "mount.kifs: -o lacks its value", "-o");
    refuses(1, "mount.kifs: usage: mount.kifs SOURCE DIRECTORY [-fnrsvw] [-o OPTIONS]", "another");
  }

  @Test
  void fakeAndSloppy() {
    assertEquals("", mount("-f", "-n", "-v", "-o", source).silent().out());
    assertFalse(MountedKifs.isMounted(mountpoint));
    assertEquals(0, mount("-sf", "-o", "bogus=1").status());
    assertEquals(1, mount("-f", "-o", "bogus=1").status());
  }
}
