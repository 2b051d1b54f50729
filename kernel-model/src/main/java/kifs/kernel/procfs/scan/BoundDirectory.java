package kifs.kernel.procfs.scan;

import kifs.kernel.linux.Syscalls;

/**
 * An open directory of /proc. It stays bound to one process or thread, and is empty once that has
 * vanished. The fd is closed when the owner has called {@link #close} and the last reader has
 * called {@link #end}, so that the number of the fd can't come to mean another file during a read.
 * Thread-safe. {@code readers} and {@code closed} are guarded by this.
 */
public final class BoundDirectory {
  private final int fd;
  private int readers;
  private boolean closed;

  public BoundDirectory(int fd) {
    this.fd = fd;
  }

  /** Returns the open directory, which stays open until {@link #end}; -1 if it is closed. */
  synchronized int begin() {
    if (closed) {
      return -1;
    }
    readers++;
    return fd;
  }

  /** Ends the read that a successful {@link #begin} began. */
  synchronized void end() {
    readers--;
    closeIfIdle();
  }

  /** Closes the directory as soon as no reader uses it. Later calls do nothing. */
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
