package kifs.kernel.fd;

import org.jspecify.annotations.Nullable;

/**
 * Provides the sockets of a kernel, one network namespace at a time. Used by one thread at a time.
 */
public interface SocketLists {
  /** Provides no socket. */
  SocketLists NONE = (pid, into) -> {};

  /**
   * Adds the missing sockets that are in the network namespace of a process. A namespace that was
   * read before may be skipped. Nothing is added if the process has vanished.
   *
   * @param pid the process; 0: the source itself
   */
  void of(int pid, SocketTable into);

  /**
   * The facts of a socket that is in no list because it is neither bound nor connected; null: not
   * known.
   */
  default @Nullable Socket unlisted(int pid, int fd, long inode) {
    return null;
  }
}
