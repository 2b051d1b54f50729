package kifs.kernel.linux;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import kifs.kernel.source.KernelEvents.Watch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for files to have something to say, by one epoll set and one daemon thread, which is there
 * as long as something is watched. Thread-safe.
 */
final class FdWatcher implements AutoCloseable {
  static final int READABLE = 1;
  static final int URGENT = 2;

  private static final Logger LOG = LoggerFactory.getLogger(FdWatcher.class);
  private static final int EPOLL_CTL_ADD = 1;
  private static final int EPOLL_CTL_DEL = 2;

  /** struct epoll_event is packed on x86-64 alone. */
  private static final int EVENT_BYTES = LibC.isArm() ? 16 : 12;

  private static final int EVENT_DATA = LibC.isArm() ? 8 : 4;
  private static final int EVENTS = 16;

  /** Never a watch's key. */
  private static final long WAKE = 0;

  private record Entry(int fd, Runnable listener) {}

  private final String threadName;
  private final Map<Long, Entry> entries = new HashMap<>();
  private long lastKey;
  private Loop loop;

  FdWatcher(String threadName) {
    this.threadName = threadName;
  }

  /**
   * @param fd closed here, sooner or later
   * @param events {@link #READABLE} or {@link #URGENT}
   * @param listener called by the watcher's thread, each time; never at the same time as {@code
   *     close} of the watch that it belongs to gives the fd back
   * @return empty if this kernel gives no epoll, or no such events of that file
   */
  synchronized Optional<Watch> watch(int fd, int events, Runnable listener) {
    Loop current = loop == null ? Loop.open() : loop;
    long key = ++lastKey;
    if (current == null || current.add(fd, events, key) < 0) {
      LibC.close(fd);
      if (current != null && current != loop) {
        current.close();
      }
      return Optional.empty();
    }
    entries.put(key, new Entry(fd, listener));
    if (loop == null) {
      loop = current;
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
    loop.remove(entry.fd());
    LibC.close(entry.fd());
    if (entries.isEmpty()) {
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
        LOG.error("epoll_wait failed with errno {}: {} sees nothing any more", -count, threadName);
        break;
      }
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
    } catch (RuntimeException e) {
      LOG.error("a listener of {} failed", threadName, e);
    }
  }

  /** The epoll set of one thread's life. */
  private static final class Loop {
    private final int epoll;
    private final int wake;
    private volatile boolean stopped;

    private Loop(int epoll, int wake) {
      this.epoll = epoll;
      this.wake = wake;
    }

    static Loop open() {
      Loop loop = new Loop(LibC.epollCreate(), LibC.eventfd());
      if (loop.epoll < 0 || loop.wake < 0 || loop.add(loop.wake, READABLE, WAKE) < 0) {
        loop.close();
        return null;
      }
      return loop;
    }

    int add(int fd, int events, long key) {
      NativeBuffer event = NativeBuffer.allocate(EVENT_BYTES);
      ByteBuffer fields = event.buffer();
      fields.putInt(0, events).putLong(EVENT_DATA, key);
      return LibC.epollCtl(epoll, EPOLL_CTL_ADD, fd, event.address());
    }

    void remove(int fd) {
      NativeBuffer unused = NativeBuffer.allocate(EVENT_BYTES);
      LibC.epollCtl(epoll, EPOLL_CTL_DEL, fd, unused.address());
    }

    void stop() {
      stopped = true;
      NativeBuffer one = NativeBuffer.allocate(Long.BYTES);
      one.buffer().putLong(0, 1);
      LibC.write(wake, one.address(), Long.BYTES);
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
