package kifs.kernel.linux.events;

import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;

/**
 * An eventfd(2), by which one thread wakes another that waits for files. It is never read, so the
 * other thread can't sleep again once it has been woken. Thread-safe: any thread may signal it
 * until it is closed.
 */
public final class EventFd implements AutoCloseable {
  private final int fd = Syscalls.eventfd();

  /**
   * The fd, which becomes readable by a signal; a negative errno if the kernel refused to make it.
   */
  public int fd() {
    return fd;
  }

  /** Wakes the thread that waits for the fd. */
  public void signal() {
    NativeBuffer one = NativeBuffer.allocate(Long.BYTES);
    one.buffer().putLong(0, 1);
    one.call(at -> Syscalls.write(fd, at, Long.BYTES));
  }

  /** Closes the fd. Called once, after the last signal. */
  @Override
  public void close() {
    if (fd >= 0) {
      Syscalls.close(fd);
    }
  }
}
