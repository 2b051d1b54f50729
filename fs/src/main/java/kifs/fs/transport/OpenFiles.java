package kifs.fs.transport;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import kifs.fs.tree.Node;
import kifs.fs.tree.OpenFile;

/** Open files by the handles that the kernel has of them, and their nodes by path. */
public final class OpenFiles {
  private record Entry(OpenFile file, String path) {}

  /** A node, and how many open files are of it. */
  private record Counted(Node node, int opened) {}

  private final ConcurrentHashMap<Long, Entry> files = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Counted> nodes = new ConcurrentHashMap<>();
  private final AtomicLong handles = new AtomicLong();

  /** The new handle. */
  public long add(OpenFile file, String path, Node node) {
    long handle = handles.incrementAndGet();
    hold(path, node);
    files.put(handle, new Entry(file, path));
    return handle;
  }

  /** Remembers what that path names, as long as it is open. */
  public void hold(String path, Node node) {
    nodes.merge(path, new Counted(node, 1), (a, b) -> new Counted(a.node(), a.opened() + 1));
  }

  /** Ends one {@link #hold}. */
  public void letGo(String path) {
    nodes.computeIfPresent(
        path, (key, c) -> c.opened() == 1 ? null : new Counted(c.node(), c.opened() - 1));
  }

  /** Null: no such handle. */
  public OpenFile get(long handle) {
    Entry entry = files.get(handle);
    return entry == null ? null : entry.file();
  }

  /** The node of an open file of that path; null: none is open. */
  public Node nodeOf(String path) {
    Counted counted = nodes.get(path);
    return counted == null ? null : counted.node();
  }

  /** Releases the file. */
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
