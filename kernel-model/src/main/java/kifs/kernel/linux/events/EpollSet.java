package kifs.kernel.linux.events;

import java.nio.ByteBuffer;
import java.util.function.LongConsumer;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;
import org.jspecify.annotations.Nullable;

/**
 * An epoll set on which one thread waits. Any thread may add and remove files and stop the set;
 * only the waiting thread calls {@link #await}, and it closes the set after the stop.
 */
final class EpollSet {
  static final int READABLE = 1;
  static final int URGENT = 2;

  private static final int EPOLL_CTL_ADD = 1;
  private static final int EPOLL_CTL_DEL = 2;

  /** A struct epoll_event is packed on x86-64 only. */
  private static final int EVENT_BYTES = Syscalls.isAarch64() ? 16 : 12;

  private static final int EVENT_DATA = Syscalls.isAarch64() ? 8 : 4;
  private static final int MAX_EVENTS = 64;

  /** The key of the eventfd that wakes the waiting thread. No file has this key. */
  private static final long WAKE = 0;

  private final int epoll;
  private final EventFd wake = new EventFd();
  private final NativeBuffer events = NativeBuffer.allocate(MAX_EVENTS * EVENT_BYTES);
  private volatile boolean stopped;

  private EpollSet(int epoll) {
    this.epoll = epoll;
  }

  /** Makes an epoll set. Returns null if the kernel refuses. */
  static @Nullable EpollSet open() {
    EpollSet set = new EpollSet(Syscalls.epollCreate());
    int wake = set.wake.fd();
    if (set.epoll < 0 || wake < 0 || set.add(wake, READABLE, WAKE) < 0) {
      set.close();
      return null;
    }
    return set;
  }

  /**
   * Adds a file.
   *
   * @param events {@link #READABLE} or {@link #URGENT}
   * @param key identifies the file for {@link #await}; more than 0
   * @return 0, or a negative errno
   */
  int add(int fd, int events, long key) {
    NativeBuffer event = NativeBuffer.allocate(EVENT_BYTES);
    ByteBuffer fields = event.buffer();
    fields.putInt(0, events).putLong(EVENT_DATA, key);
    return event.call(at -> Syscalls.epollCtl(epoll, EPOLL_CTL_ADD, fd, at));
  }

  void remove(int fd) {
    Syscalls.epollCtl(epoll, EPOLL_CTL_DEL, fd, events.address());
  }

  /**
   * Waits until a file has an event, and passes on the keys of the files that have one. Only the
   * waiting thread calls this.
   *
   * @return 0, or a negative errno
   */
  int await(LongConsumer key) {
    int count = Syscalls.epollWait(epoll, events.address(), MAX_EVENTS, -1);
    for (int i = 0; i < count; i++) {
      long one = events.buffer().getLong(i * EVENT_BYTES + EVENT_DATA);
      if (one != WAKE && !stopped) {
        key.accept(one);
      }
    }
    return count == -Syscalls.EINTR ? 0 : Math.min(count, 0);
  }

  boolean isStopped() {
    return stopped;
  }

  /** Makes the waiting thread end its wait for good. Called once. */
  void stop() {
    stopped = true;
    wake.signal();
  }

  /** Closes the set. Called by the waiting thread, or if there is none. */
  void close() {
    if (epoll >= 0) {
      Syscalls.close(epoll);
    }
    wake.close();
  }
}
