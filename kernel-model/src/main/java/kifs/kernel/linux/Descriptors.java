package kifs.kernel.linux;

import java.util.function.Supplier;
import kifs.kernel.source.NoDescriptorsException;
import kifs.kernel.source.Shortage;

/**
 * How near the daemon is to its limit of file descriptors. Passes and reads need some for a moment,
 * so a descriptor that is kept must not be one of the last. The kernel returns the lowest free
 * number, so the number of a new descriptor says how many are in use. Stateless and thread-safe.
 */
public final class Descriptors {
  private static final int RLIMIT_NOFILE = 7;

  /** The share of all descriptors that is left to passes and reads. */
  private static final int RESERVED_SHARE = 4;

  private static final long MAX_KEPT = maxKept();

  /** How many files the thread could not open for lack of descriptors. */
  private static final ThreadLocal<int[]> UNOPENED = ThreadLocal.withInitial(() -> new int[1]);

  private Descriptors() {}

  /** Notes that this thread could not open a file for lack of descriptors. */
  static void noteUnopened() {
    addUnopened(1);
    Shortage.DESCRIPTORS.note();
  }

  /** How many files this thread could not open so far for lack of descriptors. */
  public static int unopened() {
    return UNOPENED.get()[0];
  }

  /** Counts files that another thread could not open for this one, and has noted. */
  public static void addUnopened(int files) {
    UNOPENED.get()[0] += files;
  }

  /**
   * Does a read. It fails if this thread could not open some file meanwhile, because what could not
   * be opened would look absent in the result.
   *
   * @throws NoDescriptorsException if a descriptor was missing
   */
  public static <T> T requireAll(Supplier<T> read) {
    int before = unopened();
    T result = read.get();
    if (unopened() != before) {
      throw new NoDescriptorsException("a file could not be opened");
    }
    return result;
  }

  private static long maxKept() {
    NativeBuffer limits = NativeBuffer.allocate(2 * Long.BYTES);
    long soft =
        Syscalls.prlimit(0, RLIMIT_NOFILE, limits.address()) < 0
            ? Long.MAX_VALUE
            : limits.buffer().getLong(0);
    return soft < 0 ? Long.MAX_VALUE : soft - soft / RESERVED_SHARE;
  }

  /** Whether the caller should not keep that descriptor, because too few are left. */
  public static boolean isScarce(int fd) {
    return fd >= MAX_KEPT;
  }

  /** Whether the caller should not keep a descriptor now, because too few are left. */
  public static boolean areScarce() {
    int fd = Syscalls.eventfd();
    if (fd >= 0) {
      Syscalls.close(fd);
    }
    return fd < 0 || isScarce(fd);
  }
}
