package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where libfuse 2 isn't installed, kifs mounts by itself and installs nothing. */
@Timeout(120)
class WithoutLibfuseIT {
  /** Hides libfuse 2 in a mount namespace of its own, and runs commands there. */
  private static final String HIDDEN =
      """
      set -e
      export mount=$1 mountpoint=$2 cache=$3 log=$4
      exec unshare --mount bash -ec '
        for library in $(ldconfig -p | sed -n "s/.*libfuse\\.so\\.2 .*=> //p"); do
          mount --bind /dev/null "$(readlink -f "$library")"
        done
        ldconfig -C "$cache" 2>/dev/null
        mount --bind "$cache" /etc/ld.so.cache
        ! ldconfig -p | grep -q "libfuse\\.so\\.2"
        "$mount" --setup --log="$log" "$mountpoint" >/dev/null
        sed -n "s/^transport=//p" "$mountpoint/about"
        cat "$mountpoint/processes/self/comm"
        timeout 30 cat "$mountpoint/processes/each/notify/rss/above/1" | wc -l
        "$mount" --unmount "$mountpoint" >/dev/null
        echo unmounted'
      """;

  @TempDir Path directory;
  @TempDir Path mountpoint;

  @Test
  void theFirstCommandOfTheReadmeMounts() {
    Run.Result result =
        Run.bash(
                HIDDEN,
                Project.MOUNT,
                mountpoint,
                directory.resolve("ld.so.cache"),
                directory.resolve("log"))
            .ok();
    assertEquals(List.of("direct", "cat", "1", "unmounted"), result.out().lines().toList());
    assertEquals(
        "kifs: libfuse 2 isn't installed; kifs speaks the kernel's protocol by itself",
        result.err().strip());
    assertTrue(!MountedKifs.isMounted(mountpoint));
  }
}
