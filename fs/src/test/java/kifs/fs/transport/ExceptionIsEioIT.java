package kifs.fs.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import kifs.fs.transport.Transport.MountException;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FileNode;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Kind;
import kifs.fs.tree.Link;
import kifs.fs.tree.Node;
import kifs.fs.tree.OpenFile;
import kifs.fs.tree.OpenMode;
import kifs.fs.tree.PollEvents;
import kifs.fs.tree.PollHandle;
import kifs.fs.tree.Tree;
import kifs.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/**
 * If the tree throws any exception, the client gets EIO, the log has the stack trace, and the mount
 * keeps working.
 */
@Timeout(60)
class ExceptionIsEioIT {
  @TempDir Path mountpoint;
  private ServingTransport transport;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(Guard.class);

  @BeforeEach
  void mount() throws MountException {
    log.start();
    logger.addAppender(log);
    transport = TransportUnderTest.make();
    transport.mount(mountpoint, new Tree(new Throwing("")), true);
  }

  @AfterEach
  void unmount() throws InterruptedException {
    transport.unmount();
    transport.awaitEnd();
    logger.detachAppender(log);
  }

  // A value of any type, so that it can stand in each operation's return.
  @SuppressWarnings("TypeParameterUnusedInFormals")
  private static <T> T fail(String where) {
    throw new IllegalStateException("thrown in " + where);
  }

  /** A directory of nodes that throw in the operation that their name says. */
  private record Throwing(String where) implements Directory {
    @Override
    public Node lookup(String name, Caller caller) {
      return switch (name) {
        case "lookup" -> fail("lookup");
        case "error" -> throw new StackOverflowError("thrown in error");
        case "list", "kind" -> new Throwing(name);
        case "link" -> (Link) client -> fail("link");
        default -> new ThrowingFile(name);
      };
    }

    @Override
    public List<Entry> list(Caller caller) {
      return where.equals("list") ? fail("list") : List.of(new Entry("about", Kind.FILE));
    }

    @Override
    public int permissions() {
      return where.equals("kind") ? fail("kind") : 0755;
    }
  }

  private record ThrowingFile(String where) implements FileNode, OpenFile {
    private void at(String operation) {
      if (where.equals(operation)) {
        fail(operation);
      }
    }

    @Override
    public CompletableFuture<OpenFile> open(Caller caller, OpenMode mode) {
      at("open");
      return switch (where) {
        case "opened" ->
            CompletableFuture.failedFuture(new IllegalStateException("thrown in opened"));
        case "expected" -> CompletableFuture.failedFuture(new FsException(Errno.EIO, "foreseen"));
        default -> CompletableFuture.completedFuture(this);
      };
    }

    @Override
    public boolean isWritable() {
      return true;
    }

    @Override
    public CompletableFuture<Void> prepare(long offset, boolean nonBlocking) {
      at("prepare");
      return where.equals("prepared")
          ? CompletableFuture.supplyAsync(() -> fail("prepared"))
          : READY;
    }

    @Override
    public int read(long offset, ByteBuffer to) {
      at("read");
      byte[] text = "fine\n".getBytes(StandardCharsets.US_ASCII);
      int length = Math.min(to.remaining(), Math.max(0, text.length - (int) offset));
      to.put(text, (int) Math.min(offset, text.length), length);
      return length;
    }

    @Override
    public int write(Caller caller, long offset, ByteBuffer from) {
      at("write");
      return from.remaining();
    }

    @Override
    public int poll(PollHandle handle) {
      if (handle != null) {
        handle.close();
      }
      at("poll");
      return PollEvents.ALWAYS;
    }

    @Override
    public void release() {
      at("release");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lookup", "error", "open", "opened", "prepare", "prepared", "read"})
  void whereAFileIsRead(String where) throws IOException {
    isEio(() -> Files.readString(mountpoint.resolve(where)));
    isLogged("thrown in " + where);
    isWell();
  }

  @Test
  void whereAFileIsWritten() throws IOException {
    isEio(() -> Files.write(mountpoint.resolve("write"), new byte[] {1}, StandardOpenOption.WRITE));
    isLogged("thrown in write");
    isWell();
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "kind"})
  void whereADirectoryIsRead(String where) throws IOException {
    isEio(() -> list(mountpoint.resolve(where)));
    isLogged("thrown in " + where);
    isWell();
  }

  @Test
  void whereALinkIsRead() throws IOException {
    isEio(() -> Files.readSymbolicLink(mountpoint.resolve("link")));
    isLogged("thrown in link");
    isWell();
  }

  /** poll(2) reports an error only by POLLERR. */
  @Test
  void wherePollIsAsked() throws IOException, InterruptedException {
    Process python =
        new ProcessBuilder(
                "python3",
                "-c",
                "import os, select, sys; p = select.poll();"
                    + "p.register(os.open(sys.argv[1], os.O_RDONLY)); print(p.poll(5000)[0][1])",
                mountpoint.resolve("poll").toString())
            .redirectErrorStream(true)
            .start();
    assertEquals(
        Integer.toString(0x8),
        new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
    python.waitFor();
    isLogged("thrown in poll");
    isWell();
  }

  /** close(2) doesn't report the error of a release, so it is only in the log. */
  @Test
  void whereAFileIsReleased() throws IOException {
    assertEquals("fine\n", Files.readString(mountpoint.resolve("release")));
    Await.until("a line in the log", () -> !messages().isEmpty());
    isLogged("thrown in release");
    isWell();
  }

  /** An FsException is an ordinary outcome, so it isn't logged. */
  @Test
  void anErrorThatWasForeseenIsNotLogged() throws IOException {
    isEio(() -> Files.readString(mountpoint.resolve("expected")));
    assertEquals(List.of(), messages());
    isWell();
  }

  private static void isEio(org.junit.jupiter.api.function.Executable action) {
    Throwable error = assertThrows(Throwable.class, action);
    Throwable io =
        error instanceof FileSystemException || error.getCause() == null ? error : error.getCause();
    assertTrue(String.valueOf(io.getMessage()).endsWith("Input/output error"), io::toString);
  }

  private List<String> messages() {
    synchronized (log) {
      return List.copyOf(log.list).stream()
          .map(e -> e.getFormattedMessage() + " " + e.getThrowableProxy().getMessage())
          .toList();
    }
  }

  private void isLogged(String message) {
    assertFalse(messages().isEmpty());
    assertTrue(messages().get(0).endsWith(message), messages()::toString);
    assertTrue(log.list.get(0).getThrowableProxy().getStackTraceElementProxyArray().length > 3);
  }

  private void isWell() throws IOException {
    assertEquals("fine\n", Files.readString(mountpoint.resolve("about")));
    assertEquals(List.of("about"), list(mountpoint));
  }

  private static List<String> list(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(path -> path.getFileName().toString()).toList();
    }
  }
}
