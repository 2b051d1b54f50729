package kifs.kernel.live;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kifs.testing.Run;

/**
 * A file on a small ext4 filesystem of its own, which can be frozen: a store to the file then waits
 * until the filesystem is thawed. Needs root, loop devices and fsfreeze; a test that uses it is
 * skipped where they lack.
 */
final class FrozenFile implements AutoCloseable {
  private static final int FILE_BYTES = 4 * 4096;

  private final Path mount;
  private boolean frozen;

  /**
   * @param directory an empty directory
   */
  FrozenFile(Path directory) throws IOException {
    Path image = directory.resolve("image");
    mount = Files.createDirectory(directory.resolve("mount"));
    assumeTrue(
        runs("truncate", "-s", "16M", image.toString())
            && runs("mkfs.ext4", "-q", image.toString())
            && runs("fsfreeze", "--version")
            && runs("mount", "-o", "loop", image.toString(), mount.toString()),
        "this host has no loop devices, no fsfreeze or no ext4");
    Files.write(file(), new byte[FILE_BYTES]);
    Run.of("sync", file().toString()).ok();
  }

  private static boolean runs(String... command) {
    try {
      return Run.of(command).result().status() == 0;
    } catch (Run.NotFoundException e) {
      return false;
    }
  }

  Path file() {
    return mount.resolve("file");
  }

  void freeze() {
    Run.of("fsfreeze", "-f", mount.toString()).ok();
    frozen = true;
  }

  void thaw() {
    if (frozen) {
      frozen = false;
      Run.of("fsfreeze", "-u", mount.toString()).ok();
    }
  }

  /** Thaws and unmounts. The processes that map the file must have ended. */
  @Override
  public void close() {
    thaw();
    Run.of("umount", mount.toString()).ok();
  }
}
