package kifs.kernel.fd;

/** Where a source gets a kernel's sockets from, namespace by namespace. */
public interface SocketLists {
  /** None at all. */
  SocketLists NONE = (pid, into) -> {};

  /**
   * Adds what the table lacks, as far as the network namespace of a process has it. A namespace
   * that was looked at already may be left out.
   *
   * @param pid whose namespace; 0: the source's own
   */
  void of(int pid, SocketTable into);

  /**
   * What is known of a socket that stands in no list, since it is neither bound nor connected;
   * null: nothing.
   */
  default Socket unlisted(int pid, int fd, long inode) {
    return null;
  }
}
