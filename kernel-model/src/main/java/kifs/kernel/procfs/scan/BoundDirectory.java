package kifs.kernel.procfs.scan;

import kifs.kernel.linux.Syscalls;
import org.jspecify.annotations.Nullable;

/**
 * A directory of /proc, bound to one process or thread. Usually it is kept open, and is empty once
 * the process has vanished. Where descriptors are scarce, it is {@linkplain #reopened reopened} for
 * each read, and a process is known by its start time. The fd of an open directory is closed when
 * the owner has called {@link #close} and the last reader has called {@link #end}, so that the
 * number of the fd can't come to mean another file during a read. Thread-safe. {@code readers} and
 * {@code closed} are guarded by this.
 */
public final class BoundDirectory {
  /** Opens the directory again; a negative errno if the process has vanished. */
  @FunctionalInterface
  public interface Opening {
    int open(Scan scan);
  }

  private final int fd;
  private final @Nullable Opening opening;
  private int readers;
  private boolean closed;

  /** Keeps a directory open. */
  public BoundDirectory(int fd) {
    this.fd = fd;
    this.opening = null;
  }

  private BoundDirectory(Opening opening) {
    this.fd = -1;
    this.opening = opening;
  }

  /** Opens the directory for each read, and keeps no descriptor. */
  public static BoundDirectory reopened(Opening opening) {
    return new BoundDirectory(opening);
  }

  /** How to open the directory again; null if it is kept open. */
  public @Nullable Opening opening() {
    return opening;
  }

  /**
   * Returns the open directory, which stays open until {@link #end}; negative if it is closed or
   * can't be opened.
   */
  int begin(Scan scan) {
    synchronized (this) {
      if (closed) {
        return -1;
      }
      if (opening == null) {
        readers++;
        return fd;
      }
    }
    return opening.open(scan);
  }

  /** Ends the read that a successful {@link #begin} began, with the directory that it returned. */
  void end(int dir) {
    if (opening != null) {
      Syscalls.close(dir);
      return;
    }
    synchronized (this) {
      readers--;
      closeIfIdle();
    }
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
