package kifs.fs.transport.jnrfuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import kifs.fs.transport.Transport.MountException;
import kifs.fs.tree.Directory;
import kifs.fs.tree.FileNode;
import kifs.fs.tree.Node;
import kifs.fs.tree.OpenFile;
import kifs.fs.tree.Tree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A kernel that aborts a mount whose requests take long: waits end before that. The setting is read
 * from a made-up file, because it is the whole host's.
 */
@Timeout(30)
class RequestTimeoutIT {
  @TempDir Path mountpoint;
  @TempDir Path settings;

  /** A file whose open, or whose read, never comes to an end. */
  private static final class NeverEnding implements Directory {
    @Override
    public Node lookup(String name) {
      OpenFile file =
          new OpenFile() {
            @Override
            public CompletableFuture<Void> prepare(long offset, boolean nonBlocking) {
              return name.equals("read") ? new CompletableFuture<>() : READY;
            }

            @Override
            public int read(long offset, ByteBuffer to) {
              return 0;
            }
          };
      return (FileNode)
          (caller, mode) ->
              name.equals("open")
                  ? new CompletableFuture<>()
                  : CompletableFuture.completedFuture(file);
    }

    @Override
    public List<Entry> list() {
      return List.of();
    }
  }

  @Test
  void waitsEndBeforeTheKernelWouldAbortTheMount() throws Exception {
    Files.writeString(settings.resolve("default_request_timeout"), "2\n");
    Files.writeString(settings.resolve("max_request_timeout"), "0\n");
    JnrFuseTransport transport = mounted();
    try {
      for (String name : List.of("open", "read")) {
        long began = System.nanoTime();
        assertEquals("Resource temporarily unavailable", cat(name));
        double seconds = (System.nanoTime() - began) / 1e9;
        assertTrue(seconds > 0.9 && seconds < 10, seconds + " s");
      }
      assertEquals(1, transport.warnings().size());
      assertTrue(transport.warnings().get(0).startsWith("fs.fuse.default_request_timeout=2: "));
    } finally {
      transport.unmount();
      transport.awaitEnd();
    }
  }

  @Test
  void settingsThatHoldNoNumberAreNone() throws Exception {
    Files.writeString(settings.resolve("default_request_timeout"), "rubbish\n");
    JnrFuseTransport transport = mounted();
    transport.unmount();
    transport.awaitEnd();
    assertEquals(List.of(), transport.warnings());
  }

  private JnrFuseTransport mounted() throws MountException {
    JnrFuseTransport transport = new JnrFuseTransport(settings);
    transport.mount(mountpoint, new Tree(new NeverEnding()));
    return transport;
  }

  private String cat(String name) throws IOException {
    Process cat =
        new ProcessBuilder("cat", mountpoint.resolve(name).toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(cat.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return said.strip().replaceAll(".*: ", "");
  }
}
