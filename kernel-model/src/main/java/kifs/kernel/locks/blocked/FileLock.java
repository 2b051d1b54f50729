package kifs.kernel.locks.blocked;

/**
 * One line of {@code /proc/locks}: a lock that is held, or that somebody waits for.
 *
 * @param kind what sort of lock
 * @param write exclusive, else shared
 * @param pid of the process that asked for it; -1: an open file description's, so nobody's
 * @param major of the file's device
 * @param minor of the file's device
 * @param inode of the file
 * @param start first byte
 * @param end last byte; {@link Long#MAX_VALUE}: to the end of the file
 * @param waits whether it is wanted, not held
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

  /** POSIX and OFD locks exclude each other; flock(2)'s only each other. */
  public enum Kind {
    FLOCK,
    POSIX,
    OFD
  }

  boolean isSameFile(FileLock other) {
    return inode == other.inode && major == other.major && minor == other.minor;
  }

  /** Whether this one, which is held, keeps the other one from being had. */
  boolean blocks(FileLock wanted) {
    boolean sameWorld = (kind == Kind.FLOCK) == (wanted.kind == Kind.FLOCK);
    boolean sameOwner = kind == Kind.POSIX && wanted.kind == Kind.POSIX && pid == wanted.pid;
    return !waits
        && sameWorld
        && !sameOwner
        && isSameFile(wanted)
        && (write || wanted.write)
        && start <= wanted.end
        && wanted.start <= end;
  }
}
