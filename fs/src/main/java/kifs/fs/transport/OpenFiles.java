package kifs.fs.transport;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.OpenFile;
import kifs.fs.tree.UserLimit;
import org.jspecify.annotations.Nullable;

/** The open files by the handles that the kernel uses. Thread-safe. */
public final class OpenFiles {
  private record Entry(OpenFile file, long uid, Runnable onRemoval) {}

  /** Open files of one user, and of all users but root. */
  private static final int MAX_OF_USER = 16_384;

  private static final int MAX_OF_ALL = 65_536;

  private final UserLimit limit =
      new UserLimit(MAX_OF_USER, MAX_OF_ALL, Errno.ENFILE, "open files");
  private final ConcurrentHashMap<Long, Entry> files = new ConcurrentHashMap<>();
  private final AtomicLong handles = new AtomicLong();

  /**
   * Counts a file that a user is about to open. Each call that returns needs an {@link #add} or a
   * {@link #dismiss}.
   *
   * @throws FsException ENFILE if the user has too many open files
   */
  public void admit(long uid) {
    limit.take(uid);
  }

  /** Takes back an {@link #admit}, because the file couldn't be opened. */
  public void dismiss(long uid) {
    limit.give(uid);
  }

  /**
   * Adds an open file.
   *
   * @param onRemoval called once, when it is removed
   * @return the handle of the open file
   */
  public long add(long uid, OpenFile file, Runnable onRemoval) {
    long handle = handles.incrementAndGet();
    files.put(handle, new Entry(file, uid, onRemoval));
    return handle;
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

  /** Removes the handle and releases its file. */
  public void remove(long handle) {
    Entry entry = files.remove(handle);
    if (entry != null) {
      entry.onRemoval().run();
      limit.give(entry.uid());
      entry.file().release();
    }
  }

  /** Removes all handles. */
  public void removeAll() {
    files.keySet().forEach(this::remove);
  }

  /** Makes the kernel poll every file again. */
  public void wakePollers() {
    files.values().forEach(entry -> entry.file().wakePoller());
  }
}
