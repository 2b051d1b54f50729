package kifs.kernel.linux.events;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.source.KernelEvents.Watch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for files to have something to say, by one epoll set and one daemon thread, which is there
 * as long as something is watched. Thread-safe.
 */
final class FdWatcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FdWatcher.class);

  private record Entry(int fd, Runnable listener) {}

  private final String threadName;
  private final Map<Long, Entry> entries = new HashMap<>();
  private long lastKey;
  private EpollSet set;

  FdWatcher(String threadName) {
    this.threadName = threadName;
  }

  /**
   * @param fd closed here, sooner or later
   * @param events {@link EpollSet#READABLE} or {@link EpollSet#URGENT}
   * @param listener called by the watcher's thread, each time; never at the same time as {@code
   *     close} of the watch that it belongs to gives the fd back
   * @return empty if this kernel gives no epoll, or no such events of that file
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
    entries.put(key, new Entry(fd, listener));
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
    set.remove(entry.fd());
    Syscalls.close(entry.fd());
    if (entries.isEmpty()) {
      set.stop();
      set = null;
    }
  }

  private void run(EpollSet mine) {
    int result = 0;
    while (!mine.isStopped() && result == 0) {
      result = mine.await(this::fire);
    }
    if (result < 0) {
      LOG.error("epoll_wait failed with errno {}: {} sees nothing any more", -result, threadName);
    }
    mine.close();
  }

  /** Under the lock, so that nobody closes the file meanwhile: listeners are short. */
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
