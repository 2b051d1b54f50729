package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** cgroups/ of this host, in whichever version it has them, against the kernel's own files. */
@Timeout(180)
class CgroupsIT {
  private static final String SCRIPT =
      Project.ROOT.resolve("fs/src/test/python/cgroups.py").toString();

  @Test
  void theTreeShowsWhatTheKernelHas(@TempDir Path mountpoint) {
    try (MountedKifs kifs = MountedKifs.at(mountpoint, "cgroups")) {
      Run.Result result = Run.of("python3", SCRIPT, kifs.path().toString()).ok();
      assertTrue(result.out().contains("ok: "), result::toString);
    }
  }

  /** With a tick of a minute only what the kernel pushes is told soon. */
  @Test
  void theKernelsOwnEventsAreToldAtOnce(@TempDir Path mountpoint) {
    try (MountedKifs kifs = MountedKifs.at(mountpoint, "cgroups-pushed", "--tick=60s")) {
      Run.Result result = Run.of("python3", SCRIPT, kifs.path().toString(), "pushed").ok();
      assertTrue(result.out().contains("ok: "), result::toString);
    }
  }

  /** A second tree of the same groups has the same directories. */
  @Test
  void everyGroupIsADirectory(@TempDir Path mountpoint) throws Exception {
    try (MountedKifs kifs = MountedKifs.at(mountpoint, "cgroups-listed", "--source=procfs")) {
      Path tree = kifs.path("cgroups");
      List<String> paths;
      try (Stream<Path> files = Files.walk(tree)) {
        paths =
            files
                .filter(file -> file.getFileName().toString().equals("path"))
                .map(file -> kifs.read(kifs.path().relativize(file).toString()).strip())
                .sorted()
                .toList();
      }
      assertTrue(paths.contains("/"), paths::toString);
      assertEquals(paths.stream().distinct().toList(), paths);
    }
  }
}
