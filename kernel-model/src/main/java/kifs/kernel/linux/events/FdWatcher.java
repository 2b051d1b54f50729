package kifs.kernel.linux.events;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.source.KernelEvents.Watch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for events of files, by one epoll set and one daemon thread that runs while there are
 * watches. Thread-safe: all state is guarded by this. Listeners are called under this lock, so that
 * the file can't be closed during the call.
 */
final class FdWatcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FdWatcher.class);

  private record Entry(EpollSet set, int fd, Runnable listener) {}

  private final String threadName;
  private final Map<Long, Entry> entries = new HashMap<>();
  private long lastKey;
  private @Nullable EpollSet set;

  FdWatcher(String threadName) {
    this.threadName = threadName;
  }

  /**
   * Watches a file.
   *
   * @param fd the watcher closes it when the watch ends, or if no watch is made
   * @param events {@link EpollSet#READABLE} or {@link EpollSet#URGENT}
   * @param listener called by the watcher's thread for each event, never after the watch was
   *     closed. It must be short, because it holds the watcher's lock
   * @return empty if the kernel refuses epoll, or has no such events for the file
   */
  synchronized Optional<Watch> watch(int fd, int events, Runnable listener) {
    EpollSet current = set == null ? EpollSet.open() : set;
    long key = ++lastKey;
    if (current == null || current.add(fd, events, key) < 0) {
      Syscalls.close(fd);
      if (current != null && current != set) {
        current.close();
      }
      return Optional.empty();
    }
    entries.put(key, new Entry(current, fd, listener));
    if (set == null) {
      set = current;
      Thread thread = new Thread(() -> run(current), threadName);
      thread.setDaemon(true);
      thread.setPriority(Thread.MAX_PRIORITY);
      thread.start();
    }
    return Optional.of(() -> remove(key));
  }

  @Override
  public synchronized void close() {
    entries.keySet().stream().toList().forEach(this::remove);
  }

  private synchronized void remove(long key) {
    Entry entry = entries.remove(key);
    if (entry == null) {
      return;
    }
    entry.set().remove(entry.fd());
    Syscalls.close(entry.fd());
    if (entries.isEmpty()) {
      entry.set().stop();
      set = null;
    }
  }

  private void run(EpollSet own) {
    int result = 0;
    while (!own.isStopped() && result == 0) {
      result = own.await(this::fire);
    }
    if (result < 0) {
      LOG.error("epoll_wait failed with errno {}: {} no longer sees events", -result, threadName);
    }
    own.close();
  }

  /** Calls a listener under the lock, so that no thread closes the file during the call. */
  private synchronized void fire(long key) {
    Entry entry = entries.get(key);
    if (entry == null) {
      return;
    }
    try {
      entry.listener().run();
    } catch (RuntimeException | OutOfMemoryError e) {
      LOG.error("a listener of {} failed", threadName, e);
    }
  }
}
