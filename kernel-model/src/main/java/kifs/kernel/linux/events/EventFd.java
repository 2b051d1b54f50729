package kifs.kernel.linux.events;

import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;

/**
 * An eventfd(2), by which one thread wakes another that waits for files. It is never read: once
 * woken, the other thread isn't to sleep again. Any thread may signal it, until it is closed.
 */
public final class EventFd implements AutoCloseable {
  private final int fd = Syscalls.eventfd();

  /** To wait for until it can be read; a negative errno if the kernel gave none. */
  public int fd() {
    return fd;
  }

  /** Wakes the thread that waits for it. */
  public void signal() {
    NativeBuffer one = NativeBuffer.allocate(Long.BYTES);
    one.buffer().putLong(0, 1);
    Syscalls.write(fd, one.address(), Long.BYTES);
  }

  /** To be called once, when nobody may signal it any more. */
  @Override
  public void close() {
    if (fd >= 0) {
      Syscalls.close(fd);
    }
  }
}
