package kifs.kernel.linux.events;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import kifs.kernel.linux.LinuxClock;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.source.KernelEvents.Exit;
import kifs.kernel.source.KernelEvents.Watch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for processes to exit, by pidfds in one epoll set and one daemon thread. The thread runs
 * from the start. If it ran only while there are watches, it would begin and end at the worst
 * moment, between an exit and the listener that waits for it. Thread-safe: {@code entries}, {@code
 * lastKey} and {@code set} are guarded by this, and listeners are called without a lock.
 */
public final class ExitWatcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ExitWatcher.class);

  private static final long PIDFD_GET_INFO = 0xC040_FF0BL;
  private static final int INFO_BYTES = 64;
  private static final long INFO_EXIT = 1 << 3;
  private static final int INFO_EXIT_CODE = 60;

  private final LinuxClock clock;
  private final Map<Long, Entry> entries = new HashMap<>();
  private final NativeBuffer info = NativeBuffer.allocate(INFO_BYTES);
  private long lastKey;

  /** Null if the kernel refuses epoll, or after the watcher was closed. */
  private @Nullable EpollSet set;

  private record Entry(WatchedProcess process, int pidfd, Consumer<Exit> listener) {}

  private ExitWatcher(LinuxClock clock, @Nullable EpollSet set) {
    this.clock = clock;
    this.set = set;
  }

  /** Makes a watcher and starts its thread. */
  public static ExitWatcher start(LinuxClock clock) {
    EpollSet set = EpollSet.open();
    ExitWatcher watcher = new ExitWatcher(clock, set);
    if (set != null) {
      Thread thread = new Thread(() -> watcher.run(set), "kifs-exits");
      thread.setDaemon(true);
      thread.setPriority(Thread.MAX_PRIORITY);
      thread.start();
    }
    return watcher;
  }

  /**
   * Watches a process.
   *
   * @param process provides the exit status. The watcher closes it when the watch ends, or if no
   *     watch is made
   * @param pidfd of the process; the watcher closes it together with the process
   * @param listener called once by the watcher's thread
   * @return empty if the kernel refuses epoll
   */
  public synchronized Optional<Watch> watch(
      WatchedProcess process, int pidfd, Consumer<Exit> listener) {
    long key = ++lastKey;
    // The entry is added before the pidfd, so that the watching thread finds it.
    entries.put(key, new Entry(process, pidfd, listener));
    if (set == null || set.add(pidfd, EpollSet.READABLE, key) < 0) {
      remove(key);
      return Optional.empty();
    }
    return Optional.of(() -> remove(key));
  }

  @Override
  public synchronized void close() {
    entries.keySet().stream().toList().forEach(this::remove);
    if (set != null) {
      set.stop();
      set = null;
    }
  }

  private synchronized void remove(long key) {
    Entry entry = entries.remove(key);
    if (entry != null) {
      dispose(entry);
    }
  }

  private synchronized void dispose(Entry entry) {
    // A child process may have inherited a copy of the pidfd, which would keep it in the set.
    if (set != null) {
      set.remove(entry.pidfd());
    }
    Syscalls.close(entry.pidfd());
    entry.process().close();
  }

  private void run(EpollSet own) {
    int result = 0;
    while (!own.isStopped() && result == 0) {
      result = own.await(this::fire);
    }
    if (result < 0) {
      LOG.error("epoll_wait failed with errno {}: exits are no longer seen", -result);
    }
    synchronized (this) {
      set = null;
    }
    own.close();
  }

  private void fire(long key) {
    Entry entry;
    synchronized (this) {
      entry = entries.get(key);
    }
    if (entry == null) {
      return;
    }
    int status = status(key, entry);
    synchronized (this) {
      // Only the thread that removes the entry calls the listener. If the watch was closed since,
      // the entry has gone and the listener is not called.
      if (entries.remove(key) == null) {
        return;
      }
    }
    try {
      entry.listener().accept(new Exit(entry.process().pid(), status, clock.boottimeNs()));
      // The thread that the listener has woken often waits for this CPU, so it runs first.
      Thread.yield();
    } catch (RuntimeException | OutOfMemoryError e) {
      LOG.error("a listener failed on the exit of {}", entry.process().pid(), e);
    } finally {
      // Cleaning up comes last, so that it doesn't delay the threads that wait for the exit.
      dispose(entry);
    }
  }

  /**
   * The exit status. /proc has the status of a zombie, the pidfd that of a reaped process. /proc is
   * read first, because the process may be reaped at any moment.
   */
  private int status(long key, Entry entry) {
    int status = entry.process().exitStatus();
    return status >= 0 ? status : reapedStatus(key, entry.pidfd());
  }

  /** The status of a reaped process, since Linux 6.15; -1 if the kernel doesn't have it. */
  private synchronized int reapedStatus(long key, int pidfd) {
    if (!entries.containsKey(key)) {
      // The watch was closed since, so the number of the pidfd may be another file's.
      return -1;
    }
    info.buffer().putLong(0, INFO_EXIT);
    boolean known =
        Syscalls.ioctl(pidfd, PIDFD_GET_INFO, info.address()) >= 0
            && (info.buffer().getLong(0) & INFO_EXIT) != 0;
    return known ? info.buffer().getInt(INFO_EXIT_CODE) : -1;
  }
}
