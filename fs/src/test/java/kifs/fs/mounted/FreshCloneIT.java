package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The first command of the README in a clone of what is committed: it builds, mounts, and the tree
 * answers. The build needs no network if Maven's local repository has what the build of the sources
 * needed.
 */
@Timeout(400)
class FreshCloneIT {
  private static final Pattern FIRST_COMMAND =
      Pattern.compile("```\nsudo (\\./mount\\.sh .*) /mnt/kernel\n");
  private static final Duration BUILD_TIME = Duration.ofMinutes(5);

  @TempDir Path temporary;
  private Path clone;
  private Path mountpoint;
  private Path gitConfiguration;

  @BeforeEach
  void findDirectories() throws IOException {
    Path directory = temporary.toRealPath();
    clone = directory.resolve("clone");
    mountpoint = directory.resolve("mountpoint");
    // Git refuses another user's repository unless the configuration allows it.
    gitConfiguration =
        Files.writeString(directory.resolve("gitconfig"), "[safe]\n\tdirectory = *\n");
  }

  @AfterEach
  void nothingIsMounted() {
    if (MountedKifs.isMounted(mountpoint)) {
      MountedKifs.script("--unmount", mountpoint.toString()).ok();
    }
  }

  @Test
  void theFirstCommandOfTheReadmeBuildsAndMounts() throws IOException {
    assumeTrue(Files.exists(Project.ROOT.resolve(".git")), "the sources are not a git checkout");
    Run.of("git", "clone", "--quiet", Project.ROOT.toString(), clone.toString())
        .with("GIT_CONFIG_GLOBAL", gitConfiguration.toString())
        .silent();
    assertFalse(Files.exists(clone.resolve("fs/target")));
    Matcher command = FIRST_COMMAND.matcher(Files.readString(clone.resolve("README.md")));
    assertTrue(command.find(), "the README doesn't begin with a command that mounts");

    Run.Result mount =
        Run.bash(command.group(1) + " --log=\"$1\" \"$2\"", clone.resolve("log"), mountpoint)
            .in(clone)
            .within(BUILD_TIME)
            .ok();
    assertTrue(
        mount.out().startsWith("kifs: mounted on " + mountpoint + " (source "), mount::toString);
    assertTrue(Files.exists(clone.resolve("fs/target/kifs.jar")));
    assertEquals("cat\n", Run.of("cat", mountpoint + "/processes/self/comm").silent().out());

    Run.Result unmount =
        Run.of("./mount.sh", "--unmount", mountpoint.toString()).in(clone).silent();
    assertEquals("kifs: unmounted " + mountpoint + "\n", unmount.out());
    assertFalse(MountedKifs.isMounted(mountpoint));
  }
}
