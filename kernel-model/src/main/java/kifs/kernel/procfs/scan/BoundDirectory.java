package kifs.kernel.procfs.scan;

import kifs.kernel.linux.Syscalls;

/**
 * A directory of /proc held open: it stays the same process's or thread's, and is empty once that
 * has gone. It is closed when its owner has closed it and nobody reads through it any more, so its
 * number can't come to mean another file under a reader. Thread-safe.
 */
public final class BoundDirectory {
  private final int fd;
  private int readers;
  private boolean closed;

  public BoundDirectory(int fd) {
    this.fd = fd;
  }

  /** The open directory, until {@link #end}; -1: closed. */
  synchronized int begin() {
    if (closed) {
      return -1;
    }
    readers++;
    return fd;
  }

  synchronized void end() {
    readers--;
    closeIfIdle();
  }

  public synchronized void close() {
    if (!closed) {
      closed = true;
      closeIfIdle();
    }
  }

  private void closeIfIdle() {
    if (closed && readers == 0 && fd >= 0) {
      Syscalls.close(fd);
    }
  }
}
