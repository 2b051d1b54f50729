package kifs.fs.transport;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Node;
import kifs.fs.tree.OpenFile;
import kifs.fs.tree.UserLimit;
import org.jspecify.annotations.Nullable;

/**
 * The open files by the handles that the kernel uses, and the nodes of open files and directories
 * by path. Thread-safe.
 */
public final class OpenFiles {
  private record Entry(OpenFile file, String path, long uid) {}

  /** A node with the number of its open files or directories. */
  private record Counted(Node node, int opened) {}

  /** Open files of one user, and of all users but root. */
  private static final int MAX_OF_USER = 16_384;

  private static final int MAX_OF_ALL = 65_536;

  private final UserLimit limit =
      new UserLimit(MAX_OF_USER, MAX_OF_ALL, Errno.ENFILE, "open files");
  private final ConcurrentHashMap<Long, Entry> files = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Counted> nodes = new ConcurrentHashMap<>();
  private final AtomicLong handles = new AtomicLong();

  /**
   * Opens a file.
   *
   * @param uid the user who opens it
   * @param opening opens it, and may block
   * @return the handle of the open file
   * @throws FsException ENFILE if the user has too many open files
   */
  public long open(String path, Node node, long uid, Supplier<OpenFile> opening) {
    limit.take(uid);
    OpenFile file = null;
    try {
      file = opening.get();
    } finally {
      if (file == null) {
        limit.give(uid);
      }
    }
    long handle = handles.incrementAndGet();
    hold(path, node);
    files.put(handle, new Entry(file, path, uid));
    return handle;
  }

  /** Remembers the node of a path while it is open. Each call needs a {@link #letGo}. */
  public void hold(String path, Node node) {
    nodes.merge(path, new Counted(node, 1), (a, b) -> new Counted(a.node(), a.opened() + 1));
  }

  /** Ends one {@link #hold}. */
  public void letGo(String path) {
    nodes.computeIfPresent(
        path, (key, c) -> c.opened() == 1 ? null : new Counted(c.node(), c.opened() - 1));
  }

  /** The bound of open files, with how many there are. */
  public UserLimit limit() {
    return limit;
  }

  /** The open file of a handle; null if there is no such handle. */
  public @Nullable OpenFile get(long handle) {
    Entry entry = files.get(handle);
    return entry == null ? null : entry.file();
  }

  /** The node of a path that is open; null if the path isn't open. */
  public @Nullable Node nodeOf(String path) {
    Counted counted = nodes.get(path);
    return counted == null ? null : counted.node();
  }

  /** Removes the handle and releases its file. */
  public void remove(long handle) {
    Entry entry = files.remove(handle);
    if (entry != null) {
      letGo(entry.path());
      limit.give(entry.uid());
      entry.file().release();
    }
  }

  /** Makes the kernel poll every file again. */
  public void wakePollers() {
    files.values().forEach(entry -> entry.file().wakePoller());
  }
}
