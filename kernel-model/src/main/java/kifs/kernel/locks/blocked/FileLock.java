package kifs.kernel.locks.blocked;

/**
 * One line of {@code /proc/locks}: a lock that is held, or a request that waits for one. Immutable.
 *
 * @param kind the kind of lock
 * @param write true: exclusive; false: shared
 * @param pid the process that requested it; -1: the lock belongs to an open file description, not
 *     to a process
 * @param major major number of the file's device
 * @param minor minor number of the file's device
 * @param inode the file's inode
 * @param start first byte
 * @param end last byte; {@link Long#MAX_VALUE}: to the end of the file
 * @param waits true: a waiting request; false: the lock is held
 */
public record FileLock(
    Kind kind,
    boolean write,
    int pid,
    int major,
    int minor,
    long inode,
    long start,
    long end,
    boolean waits) {

  /**
   * POSIX and OFD locks conflict with each other; flock(2) locks conflict only with flock(2) locks.
   */
  public enum Kind {
    FLOCK,
    POSIX,
    OFD
  }

  boolean isSameFile(FileLock other) {
    return inode == other.inode && major == other.major && minor == other.minor;
  }

  /** Whether this lock is held and conflicts with the wanted one. */
  boolean blocks(FileLock wanted) {
    boolean sameFamily = (kind == Kind.FLOCK) == (wanted.kind == Kind.FLOCK);
    boolean sameOwner = kind == Kind.POSIX && wanted.kind == Kind.POSIX && pid == wanted.pid;
    return !waits
        && sameFamily
        && !sameOwner
        && isSameFile(wanted)
        && (write || wanted.write)
        && start <= wanted.end
        && wanted.start <= end;
  }
}
