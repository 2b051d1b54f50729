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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for processes to exit, by pidfds in one epoll set and one daemon thread. The thread is
 * there from the beginning: to begin and end it with the first and the last watch would come at the
 * worst moment, between an exit and whoever waits for it. Thread-safe.
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

  /** Null: this kernel gives none, or it is over. */
  private EpollSet set;

  private record Entry(WatchedProcess process, int pidfd, Consumer<Exit> listener) {}

  private ExitWatcher(LinuxClock clock, EpollSet set) {
    this.clock = clock;
    this.set = set;
  }

  /** A watcher whose thread runs. */
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
   * @param process asked for its status when it has exited; closed here when the watch ends, or if
   *     there is none
   * @param pidfd of that process; closed with it
   * @return empty if this kernel gives no epoll
   */
  public synchronized Optional<Watch> watch(
      WatchedProcess process, int pidfd, Consumer<Exit> listener) {
    long key = ++lastKey;
    // First, so that the watching thread finds it.
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
    // Copies of the pidfd that a child process inherited would keep it in the set.
    if (set != null) {
      set.remove(entry.pidfd());
    }
    Syscalls.close(entry.pidfd());
    entry.process().close();
  }

  private void run(EpollSet mine) {
    int result = 0;
    while (!mine.isStopped() && result == 0) {
      result = mine.await(this::fire);
    }
    if (result < 0) {
      LOG.error("epoll_wait failed with errno {}: exits are not seen any more", -result);
    }
    synchronized (this) {
      set = null;
    }
    mine.close();
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
      // Whoever removes it calls back: a watch closed meanwhile is not called any more.
      if (entries.remove(key) == null) {
        return;
      }
    }
    try {
      entry.listener().accept(new Exit(entry.process().pid(), status, clock.boottimeNs()));
      // Who has been woken often is on this processor: it goes first.
      Thread.yield();
    } catch (RuntimeException | OutOfMemoryError e) {
      LOG.error("a listener failed on the exit of {}", entry.process().pid(), e);
    } finally {
      // What can wait does, until those who waited for the exit are on their way.
      dispose(entry);
    }
  }

  /**
   * A zombie's status stands in /proc, a reaped process's in its pidfd: and it may be reaped now.
   */
  private int status(long key, Entry entry) {
    int status = entry.process().exitStatus();
    return status >= 0 ? status : reapedStatus(key, entry.pidfd());
  }

  /** Since Linux 6.15; -1: not told. */
  private synchronized int reapedStatus(long key, int pidfd) {
    if (!entries.containsKey(key)) {
      // Closed meanwhile: the number may be another file's.
      return -1;
    }
    info.buffer().putLong(0, INFO_EXIT);
    boolean told =
        Syscalls.ioctl(pidfd, PIDFD_GET_INFO, info.address()) >= 0
            && (info.buffer().getLong(0) & INFO_EXIT) != 0;
    return told ? info.buffer().getInt(INFO_EXIT_CODE) : -1;
  }
}
