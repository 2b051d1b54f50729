package kifs.kernel.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import kifs.testing.Program;
import kifs.testing.Run;

/**
 * A file of which close(2) can be held up: it is on a FUSE filesystem whose server then doesn't
 * answer. Needs root.
 */
final class HeldFile implements AutoCloseable {
  private final Path mount;
  private final Program server;

  /**
   * @param mount an empty directory
   */
  HeldFile(Path mount) {
    this.mount = mount;
    server = Program.run("held-close", mount);
  }

  Path file() {
    return mount.resolve("file");
  }

  /** From now on close(2) waits, even of a thread that ends. */
  void hold() {
    send("hold");
  }

  /** Ends all waits. */
  void letGo() {
    send("go");
  }

  private void send(String line) {
    server.send(line);
    assertEquals("done", server.line());
  }

  @Override
  public void close() {
    server.close();
    Run.of("umount", "-l", mount.toString()).ok();
  }
}
