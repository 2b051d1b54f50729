package kifs.fs.transport;

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
import kifs.fs.tree.Caller;
import kifs.fs.tree.Directory;
import kifs.fs.tree.FileNode;
import kifs.fs.tree.Node;
import kifs.fs.tree.OpenFile;
import kifs.fs.tree.Tree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * If the kernel aborts mounts whose requests take too long, waits end before that. The tests use
 * files of their own instead of the kernel's setting, which would affect the whole host.
 */
@Timeout(30)
class RequestTimeoutIT {
  @TempDir Path mountpoint;
  @TempDir Path settings;

  /** A directory of files whose open or read never ends. */
  private static final class NeverEnding implements Directory {
    @Override
    public Node lookup(String name, Caller caller) {
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
          (client, mode) ->
              name.equals("open")
                  ? new CompletableFuture<>()
                  : CompletableFuture.completedFuture(file);
    }

    @Override
    public List<Entry> list(Caller caller) {
      return List.of();
    }
  }

  @Test
  void waitsEndBeforeTheKernelWouldAbortTheMount() throws Exception {
    Files.writeString(settings.resolve("default_request_timeout"), "2\n");
    Files.writeString(settings.resolve("max_request_timeout"), "0\n");
    ServingTransport transport = mounted();
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
  void aSettingWithoutANumberIsIgnored() throws Exception {
    Files.writeString(settings.resolve("default_request_timeout"), "rubbish\n");
    ServingTransport transport = mounted();
    transport.unmount();
    transport.awaitEnd();
    assertEquals(List.of(), transport.warnings());
  }

  private ServingTransport mounted() throws MountException {
    ServingTransport transport = TransportUnderTest.make(settings);
    transport.mount(mountpoint, new Tree(new NeverEnding()), true);
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
