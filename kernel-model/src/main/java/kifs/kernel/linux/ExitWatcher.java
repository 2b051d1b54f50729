package kifs.kernel.linux;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import kifs.kernel.source.KernelEvents.Exit;
import kifs.kernel.source.KernelEvents.Watch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for processes to exit, by pidfds in one epoll set and one daemon thread, which is there as
 * long as something is watched. Thread-safe.
 */
public final class ExitWatcher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ExitWatcher.class);

  private static final int EPOLL_CTL_ADD = 1;
  private static final int EPOLL_CTL_DEL = 2;
  private static final int EPOLLIN = 1;

  /** struct epoll_event is packed on x86-64 alone. */
  private static final int EVENT_BYTES = LibC.isArm() ? 16 : 12;

  private static final int EVENT_DATA = LibC.isArm() ? 8 : 4;
  private static final int EVENTS = 64;

  /** Never a watch's key. */
  private static final long WAKE = 0;

  private static final long PIDFD_GET_INFO = 0xC040_FF0BL;
  private static final int INFO_BYTES = 64;
  private static final long INFO_EXIT = 1 << 3;
  private static final int INFO_EXIT_CODE = 60;

  private final LinuxClock clock;
  private final Map<Long, Entry> entries = new HashMap<>();
  private long lastKey;
  private Loop loop;

  private record Entry(
      int pid, int pidfd, IntSupplier zombieStatus, Runnable end, Consumer<Exit> listener) {}

  public ExitWatcher(LinuxClock clock) {
    this.clock = clock;
  }

  /**
   * @param pidfd of that process; closed here, sooner or later
   * @param zombieStatus gives the exit status while the process is a zombie, else -1
   * @param end called once, when {@code zombieStatus} isn't needed any more
   * @return empty if this kernel gives no epoll
   */
  public synchronized Optional<Watch> watch(
      int pid, int pidfd, IntSupplier zombieStatus, Runnable end, Consumer<Exit> listener) {
    if (loop == null) {
      loop = Loop.open();
    }
    long key = ++lastKey;
    int added = loop == null ? -1 : loop.add(pidfd, key);
    if (added < 0) {
      LibC.close(pidfd);
      end.run();
      stopIfIdle();
      return Optional.empty();
    }
    entries.put(key, new Entry(pid, pidfd, zombieStatus, end, listener));
    if (!loop.started) {
      start(loop);
    }
    return Optional.of(() -> remove(key));
  }

  @Override
  public synchronized void close() {
    entries.keySet().stream().toList().forEach(this::remove);
  }

  private void start(Loop started) {
    started.started = true;
    Thread thread = new Thread(() -> run(started), "kifs-exits");
    thread.setDaemon(true);
    thread.setPriority(Thread.MAX_PRIORITY);
    thread.start();
  }

  private synchronized Entry remove(long key) {
    Entry entry = entries.remove(key);
    if (entry != null) {
      loop.remove(entry.pidfd());
      LibC.close(entry.pidfd());
      entry.end().run();
      stopIfIdle();
    }
    return entry;
  }

  /** Lets the thread go; it closes what it used. */
  private void stopIfIdle() {
    if (entries.isEmpty() && loop != null) {
      loop.stop();
      loop = null;
    }
  }

  private void run(Loop mine) {
    NativeBuffer events = NativeBuffer.allocate(EVENTS * EVENT_BYTES);
    while (!mine.stopped) {
      int count = LibC.epollWait(mine.epoll, events.address(), EVENTS, -1);
      for (int i = 0; i < count; i++) {
        fire(events.buffer().getLong(i * EVENT_BYTES + EVENT_DATA));
      }
      if (count < 0 && count != -LibC.EINTR) {
        LOG.error("epoll_wait failed with errno {}: exits are not seen any more", -count);
        break;
      }
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
    // Whoever removes it calls back: a watch closed meanwhile is not called any more.
    if (remove(key) != null) {
      try {
        entry.listener().accept(new Exit(entry.pid(), status, clock.boottimeNs()));
      } catch (RuntimeException e) {
        LOG.error("a listener failed on the exit of {}", entry.pid(), e);
      }
    }
  }

  /**
   * A zombie's status stands in /proc, a reaped process's in its pidfd: and it may be reaped now.
   */
  private int status(long key, Entry entry) {
    int status = reapedStatus(key, entry.pidfd());
    status = status >= 0 ? status : entry.zombieStatus().getAsInt();
    return status >= 0 ? status : reapedStatus(key, entry.pidfd());
  }

  /** Since Linux 6.15; -1: not told. */
  private synchronized int reapedStatus(long key, int pidfd) {
    if (!entries.containsKey(key)) {
      // Closed meanwhile: the number may be another file's.
      return -1;
    }
    NativeBuffer info = NativeBuffer.allocate(INFO_BYTES);
    info.buffer().putLong(0, INFO_EXIT);
    boolean told =
        LibC.ioctl(pidfd, PIDFD_GET_INFO, info.address()) >= 0
            && (info.buffer().getLong(0) & INFO_EXIT) != 0;
    return told ? info.buffer().getInt(INFO_EXIT_CODE) : -1;
  }

  /** The epoll set of one thread's life. */
  private static final class Loop {
    private final int epoll;
    private final int wake;
    private boolean started;
    private volatile boolean stopped;

    private Loop(int epoll, int wake) {
      this.epoll = epoll;
      this.wake = wake;
    }

    static Loop open() {
      int epoll = LibC.epollCreate();
      int wake = LibC.eventfd();
      Loop loop = new Loop(epoll, wake);
      if (epoll < 0 || wake < 0 || loop.add(wake, WAKE) < 0) {
        loop.close();
        return null;
      }
      return loop;
    }

    int add(int fd, long key) {
      NativeBuffer event = NativeBuffer.allocate(EVENT_BYTES);
      ByteBuffer fields = event.buffer();
      fields.putInt(0, EPOLLIN).putLong(EVENT_DATA, key);
      return LibC.epollCtl(epoll, EPOLL_CTL_ADD, fd, event.address());
    }

    void remove(int fd) {
      NativeBuffer unused = NativeBuffer.allocate(EVENT_BYTES);
      LibC.epollCtl(epoll, EPOLL_CTL_DEL, fd, unused.address());
    }

    void stop() {
      stopped = true;
      if (started) {
        NativeBuffer one = NativeBuffer.allocate(Long.BYTES);
        one.buffer().putLong(0, 1);
        LibC.write(wake, one.address(), Long.BYTES);
      } else {
        close();
      }
    }

    void close() {
      if (epoll >= 0) {
        LibC.close(epoll);
      }
      if (wake >= 0) {
        LibC.close(wake);
      }
    }
  }
}
