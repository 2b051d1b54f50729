package kifs.fs.transport;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import kifs.fs.tree.Node;
import kifs.fs.tree.OpenFile;
import org.jspecify.annotations.Nullable;

/**
 * The open files by the handles that the kernel uses, and the nodes of open files and directories
 * by path. Thread-safe.
 */
public final class OpenFiles {
  private record Entry(OpenFile file, String path) {}

  /** A node with the number of its open files or directories. */
  private record Counted(Node node, int opened) {}

  private final ConcurrentHashMap<Long, Entry> files = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Counted> nodes = new ConcurrentHashMap<>();
  private final AtomicLong handles = new AtomicLong();

  /** Adds an open file, and returns its new handle. */
  public long add(OpenFile file, String path, Node node) {
    long handle = handles.incrementAndGet();
    hold(path, node);
    files.put(handle, new Entry(file, path));
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
      entry.file().release();
    }
  }

  /** Makes the kernel poll every file again. */
  public void wakePollers() {
    files.values().forEach(entry -> entry.file().wakePoller());
  }
}
