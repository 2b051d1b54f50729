package kifs.fs.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import kifs.fs.transport.Transport.MountException;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FileNode;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Kind;
import kifs.fs.tree.Node;
import kifs.fs.tree.OpenFile;
import kifs.fs.tree.OpenMode;
import kifs.fs.tree.Tree;
import kifs.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The kernel remembers names that last, and looks up all other names each time. */
@Timeout(60)
class RememberedNamesIT {
  private static final int TIMES = 100;
  private static final int MANY = 6000;

  @TempDir Path mountpoint;
  private ServingTransport transport;

  /** The present entities by name, each with the content of its file {@code text}. */
  private final Map<String, String> entities = new ConcurrentHashMap<>();

  private final Map<String, AtomicInteger> lookups = new ConcurrentHashMap<>();
  private final List<Long> writtenAt = new CopyOnWriteArrayList<>();
  private volatile long owner = 1;

  @BeforeEach
  void mount() throws MountException {
    entities.put("1", "one");
    transport = TransportUnderTest.make();
    transport.mount(mountpoint, new Tree(new Root()), true);
  }

  @AfterEach
  void unmount() throws InterruptedException {
    transport.unmount();
    transport.awaitEnd();
  }

  private int count(String name) {
    return lookups.computeIfAbsent(name, key -> new AtomicInteger()).get();
  }

  private Node counted(String name, Node node) {
    lookups.computeIfAbsent(name, key -> new AtomicInteger()).incrementAndGet();
    if (node == null) {
      throw new FsException(Errno.ENOENT, name);
    }
    return node;
  }

  /** The entities, and the file {@code about} that a transport reads after it has mounted. */
  private final class Root implements Directory {
    @Override
    public Node lookup(String name, Caller caller) {
      return name.equals("about")
          ? new Text("fine", false)
          : counted(name, entities.containsKey(name) ? new Entity(name) : null);
    }

    @Override
    public boolean lasts(String name) {
      return name.equals("about");
    }

    @Override
    public List<Entry> list(Caller caller) {
      return entities.keySet().stream().map(name -> new Entry(name, Kind.DIRECTORY)).toList();
    }
  }

  /** An entity, or a directory below it. */
  private final class Entity implements Directory {
    private final String id;

    Entity(String id) {
      this.id = id;
    }

    @Override
    public Node lookup(String name, Caller caller) {
      return counted(
          name,
          switch (name) {
            case "text" -> new Text(entities.get(id), false);
            case "limit" -> new Text("limit", true);
            case "deep" -> new Entity(id);
            case "owned" -> new Owned(owner);
            default -> name.startsWith("many") ? new Text(name, false) : null;
          });
    }

    @Override
    public boolean lasts(String name) {
      return true;
    }

    @Override
    public List<Entry> list(Caller caller) {
      return List.of(new Entry("text", Kind.FILE));
    }
  }

  private record Owned(long user) implements Directory {
    @Override
    public Node lookup(String name, Caller caller) {
      throw new FsException(Errno.ENOENT, name);
    }

    @Override
    public List<Entry> list(Caller caller) {
      return List.of();
    }

    @Override
    public Owner owner() {
      return new Owner(user, user);
    }
  }

  private final class Text implements FileNode, OpenFile {
    private final byte[] text;
    private final boolean writable;

    Text(String text, boolean writable) {
      this.text = text.getBytes(StandardCharsets.US_ASCII);
      this.writable = writable;
    }

    @Override
    public CompletableFuture<OpenFile> open(Caller caller, OpenMode mode) {
      return CompletableFuture.completedFuture(this);
    }

    @Override
    public boolean isWritable() {
      return writable;
    }

    @Override
    public int read(long offset, ByteBuffer to) {
      int length = Math.min(to.remaining(), Math.max(0, text.length - (int) offset));
      to.put(text, (int) Math.min(offset, text.length), length);
      return length;
    }

    @Override
    public int write(Caller caller, long offset, ByteBuffer from) {
      writtenAt.add(offset);
      return from.remaining();
    }
  }

  private Path path(String name) {
    return mountpoint.resolve(name);
  }

  /**
   * The kernel remembers a name for a second. The loop may take longer, so a few lookups are
   * allowed.
   */
  @Test
  void aNameThatLastsIsLookedUpOnce() {
    for (int i = 0; i < TIMES; i++) {
      assertTrue(Files.isRegularFile(path("1/deep/deep/text")));
    }
    assertTrue(count("text") <= TIMES / 2, () -> count("text") + " lookups");
  }

  @Test
  void theNameOfAnEntityIsLookedUpEachTime() {
    for (int i = 0; i < TIMES; i++) {
      assertTrue(Files.isRegularFile(path("1/deep/deep/text")));
    }
    assertTrue(count("1") >= TIMES, () -> count("1") + " lookups");
  }

  @Test
  void allNamesBelowAnEntityVanishWithIt() throws IOException {
    assertEquals("one", Files.readString(path("1/text")));
    assertEquals("one", Files.readString(path("1/deep/text")));
    entities.remove("1");
    for (String name : List.of("1", "1/text", "1/deep", "1/deep/text")) {
      assertFalse(Files.exists(path(name)), name);
    }
    assertThrows(NoSuchFileException.class, () -> Files.readString(path("1/deep/text")));
    assertThrows(NoSuchFileException.class, () -> list(path("1/deep")));
  }

  @Test
  void aNewEntityWithAnOldNameIsSeenAtOnce() throws IOException {
    assertEquals("one", Files.readString(path("1/deep/text")));
    entities.put("1", "another");
    assertEquals("another", Files.readString(path("1/deep/text")));
    entities.remove("1");
    assertFalse(Files.exists(path("1/deep/text")));
    entities.put("1", "third");
    assertEquals("third", Files.readString(path("1/deep/text")));
    assertEquals(List.of("text"), list(path("1/deep")));
  }

  @Test
  void aNameThatDoesNotExistIsLookedUpEachTime() throws IOException {
    assertFalse(Files.exists(path("2/text")));
    entities.put("2", "two");
    assertEquals("two", Files.readString(path("2/text")));
    for (int i = 0; i < TIMES; i++) {
      assertFalse(Files.exists(path("1/nothing")));
    }
    assertTrue(count("nothing") >= TIMES, () -> count("nothing") + " lookups");
  }

  @Test
  void anOwnerIsAskedForEachTime() throws IOException {
    assertEquals(1, Files.getAttribute(path("1/owned"), "unix:uid"));
    owner = 2;
    assertEquals(2, Files.getAttribute(path("1/owned"), "unix:uid"));
  }

  /** An append begins at 0, not at the end of the write before. */
  @Test
  void everyAppendBeginsAtZero() throws IOException {
    for (int i = 0; i < 3; i++) {
      Files.writeString(path("1/limit"), "10\n", StandardOpenOption.APPEND);
    }
    assertEquals(List.of(0L, 0L, 0L), writtenAt);
  }

  /**
   * The names below a vanished entity hold its own name, which nobody looks up again. So the kernel
   * would keep them all, and libfuse a node for each.
   */
  @Test
  void theKernelForgetsTheNamesOfVanishedEntities() {
    entities.put("2", "two");
    for (int i = 0; i < MANY; i++) {
      assertTrue(Files.isRegularFile(path((i % 2 + 1) + "/many" + i)));
    }
    assertTrue(transport.usage().names() >= MANY, () -> transport.usage().names() + " names");
    transport.dropVanishedNames();
    assertTrue(transport.usage().names() >= MANY, "both entities still exist");
    entities.remove("2");
    transport.dropVanishedNames();
    Await.until(
        () -> transport.usage().names() + " names", () -> transport.usage().names() < MANY * 2 / 3);
    assertTrue(Files.isRegularFile(path("1/many0")));
    assertFalse(Files.exists(path("2/many1")));
  }

  private static List<String> list(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(path -> path.getFileName().toString()).toList();
    }
  }
}
