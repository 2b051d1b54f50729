package kifs.kernel.linux.events;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.source.KernelEvents.Watch;
import org.jspecify.annotations.Nullable;

/**
 * Calls back when a file changes, by one inotify instance for all files. Thread-safe. A watch costs
 * no descriptor. Listeners are called by the watcher's thread without the lock of this.
 */
final class FileChanges {
  /** IN_MODIFY: the kernel reports by it that a file of a cgroup has other contents. */
  static final int MODIFIED = 0x2;

  /** IN_CREATE: a directory has a new entry. */
  static final int CREATED = 0x100;

  private static final int BYTES = 16 * 1024;
  private static final int EVENT_BYTES = 16;
  private static final int LENGTH = 12;

  private final FdWatcher watcher;

  /** Null: nothing is watched. Guarded by this. */
  private @Nullable Instance instance;

  FileChanges(FdWatcher watcher) {
    this.watcher = watcher;
  }

  /** An inotify instance, and what waits for its events. */
  private static final class Instance {
    private final int fd;
    private final NativeBuffer events = NativeBuffer.allocate(BYTES);

    /** The listeners by the number of the kernel's watch. */
    private final Map<Integer, List<Runnable>> listeners = new ConcurrentHashMap<>();

    private @Nullable Watch poll;

    Instance(int fd) {
      this.fd = fd;
    }

    /** Called by the watcher's thread. The instance is non-blocking. */
    void readEvents() {
      int length = Syscalls.read(fd, events.address(), BYTES);
      while (length > 0) {
        ByteBuffer from = events.buffer();
        for (int at = 0; at + EVENT_BYTES <= length; at += EVENT_BYTES + from.getInt(at + LENGTH)) {
          listeners.getOrDefault(from.getInt(at), List.of()).forEach(Runnable::run);
        }
        length = Syscalls.read(fd, events.address(), BYTES);
      }
    }
  }

  /**
   * Watches a file.
   *
   * @param paths where the file can be; the first that exists is watched
   * @param mask {@link #MODIFIED} or {@link #CREATED}
   * @param listener must be short
   * @return empty if none exists, or the kernel refuses
   */
  Optional<Watch> watch(List<String> paths, int mask, Runnable listener) {
    Instance present;
    synchronized (this) {
      present = instance == null ? open() : instance;
      instance = present;
      if (present == null) {
        return Optional.empty();
      }
      for (String path : paths) {
        int fd = present.fd;
        int number = NativeBuffer.string(path).call(at -> Syscalls.inotifyAddWatch(fd, at, mask));
        if (number >= 0) {
          present
              .listeners
              .computeIfAbsent(number, n -> new CopyOnWriteArrayList<>())
              .add(listener);
          Instance of = present;
          return Optional.of(() -> remove(of, number, listener));
        }
      }
    }
    closeIfUnused(present);
    return Optional.empty();
  }

  private @Nullable Instance open() {
    int fd = Syscalls.inotifyInit();
    if (fd < 0) {
      return null;
    }
    Instance opened = new Instance(fd);
    // If no watch is made, the watcher has closed the fd.
    opened.poll = watcher.watch(fd, EpollSet.READABLE, opened::readEvents).orElse(null);
    return opened.poll == null ? null : opened;
  }

  private void remove(Instance of, int number, Runnable listener) {
    synchronized (this) {
      List<Runnable> others = of.listeners.get(number);
      if (others == null || !others.remove(listener)) {
        return;
      }
      if (others.isEmpty()) {
        of.listeners.remove(number);
        Syscalls.inotifyRemoveWatch(of.fd, number);
      }
    }
    closeIfUnused(of);
  }

  /** Closes without the lock, because the watcher's thread holds its own while it calls this. */
  private void closeIfUnused(Instance of) {
    Watch poll;
    synchronized (this) {
      if (instance != of || !of.listeners.isEmpty()) {
        return;
      }
      instance = null;
      poll = of.poll;
    }
    if (poll != null) {
      poll.close();
    }
  }
}
