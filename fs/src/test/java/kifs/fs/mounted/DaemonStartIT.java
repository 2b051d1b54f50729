package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kifs.testing.Program;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The daemon is started without mount.sh. */
@Timeout(60)
class DaemonStartIT {
  @TempDir Path directory;

  @Test
  void aSecondDaemonLeavesTheMountOfTheFirst() throws IOException {
    Path k = Files.createDirectory(directory.resolve("k"));
    try (MountedKifs kifs = MountedKifs.at(k, "daemon-start")) {
      Run.Result second = Run.of("java", "-jar", Project.JAR.toString(), k.toString()).result();
      assertTrue(second.err().startsWith("kifs: " + k + ": already mounted\n"), second::toString);
      assertEquals(1, second.status());
      assertEquals(Long.toString(kifs.pid()), kifs.about("pid"));
    }
  }

  /** The daemon finds its mount in the table of mounts by the path without links. */
  @Test
  void onASymbolicLink() throws IOException {
    Path k = Files.createDirectory(directory.resolve("k"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), k);
    try (Program daemon =
        Program.start(Run.of("java", "-jar", Project.JAR.toString(), link.toString()))) {
      assertTrue(daemon.line().startsWith("kifs: mounted on " + k + " "));
      Program cat =
          Program.start(Run.of("timeout", "1", "cat", link + "/system/notify/load/above/1000000"));
      assertEquals(124, cat.await());
      MountedKifs.script("--unmount", link.toString()).silent();
      daemon.await();
    }
  }
}
