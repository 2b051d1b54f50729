package kifs.fs.transport.direct.session;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
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
import org.jspecify.annotations.Nullable;

/**
 * A tree with a file of every behaviour. Names that begin with {@code entity} exist while they are
 * in {@link #entities}.
 */
final class FakeTree implements Directory {
  static final String TEXT = "a text\n";

  final Map<String, String> entities = new ConcurrentHashMap<>();

  /** The opens of {@code blocked} that wait, and the opens that have ended with an error. */
  final List<CompletableFuture<OpenFile>> blocked = new CopyOnWriteArrayList<>();

  final List<Throwable> ended = new CopyOnWriteArrayList<>();

  /** Whether an entity is taken for the same as long as its name exists. */
  volatile boolean lasting;

  /** What the reads of {@code waiting} wait for. */
  volatile CompletableFuture<Void> data = new CompletableFuture<>();

  volatile @Nullable PollHandle poller;
  final AtomicInteger released = new AtomicInteger();

  /** How often a read of {@code waiting} finds that another one took the data. */
  final AtomicInteger taken = new AtomicInteger();

  @Override
  public Node lookup(String name, Caller caller) {
    return switch (name) {
      case "text" -> new Text(TEXT, false);
      case "limit" -> new Text("", true);
      case "blocked" -> new Blocked();
      case "waiting" ->
          (FileNode) (client, mode) -> CompletableFuture.completedFuture(new Waiting());
      case "failing" -> (FileNode) FakeTree::fail;
      case "link" -> (Link) client -> "text";
      case "below" -> this;
      default -> {
        if (!entities.containsKey(name)) {
          throw new FsException(Errno.ENOENT, name);
        }
        yield new Entity(entities.get(name), this);
      }
    };
  }

  private static CompletableFuture<OpenFile> fail(Caller caller, OpenMode mode) {
    throw new FsException(Errno.EACCES, "not for you");
  }

  @Override
  public boolean lasts(String name) {
    return !name.startsWith("entity");
  }

  @Override
  public List<Entry> list(Caller caller) {
    return List.of(
        new Entry("text", Kind.FILE),
        new Entry("entity1", Kind.DIRECTORY),
        new Entry("below", Kind.DIRECTORY));
  }

  /** A directory that is the same as another one if it is of the same incarnation. */
  record Entity(String incarnation, FakeTree tree) implements Directory {
    @Override
    public Node lookup(String name, Caller caller) {
      return name.equals("incarnation") ? new Text(incarnation, false) : tree.lookup(name, caller);
    }

    @Override
    public boolean lasts(String name) {
      return true;
    }

    @Override
    public List<Entry> list(Caller caller) {
      return List.of();
    }

    @Override
    public boolean isSameAs(Node earlier) {
      return tree.lasting
          || earlier instanceof Entity entity && entity.incarnation.equals(incarnation);
    }
  }

  private record Text(String text, boolean isWritable) implements FileNode, OpenFile {
    @Override
    public CompletableFuture<OpenFile> open(Caller caller, OpenMode mode) {
      return CompletableFuture.completedFuture(this);
    }

    @Override
    public int read(long offset, ByteBuffer to) {
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      int from = (int) Math.min(offset, bytes.length);
      int length = Math.min(to.remaining(), bytes.length - from);
      to.put(bytes, from, length);
      return length;
    }

    @Override
    public int write(Caller caller, long offset, ByteBuffer from) {
      return from.remaining();
    }
  }

  private final class Blocked implements FileNode {
    @Override
    public CompletableFuture<OpenFile> open(Caller caller, OpenMode mode) {
      CompletableFuture<OpenFile> opened = new CompletableFuture<>();
      opened.whenComplete(
          (file, error) -> {
            if (error != null) {
              ended.add(error);
            }
          });
      blocked.add(opened);
      return opened;
    }
  }

  /** A stream whose reads wait for {@link #data}. */
  final class Waiting implements OpenFile {
    @Override
    public boolean isStream() {
      return true;
    }

    @Override
    public CompletableFuture<Void> prepare(long offset, boolean nonBlocking) {
      return data.copy();
    }

    @Override
    public int read(long offset, ByteBuffer to) {
      if (taken.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        return AGAIN;
      }
      to.put((byte) offset);
      return 1;
    }

    @Override
    public int poll(@Nullable PollHandle handle) {
      poller = handle;
      return PollEvents.IN;
    }

    @Override
    public void release() {
      released.incrementAndGet();
    }
  }
}
