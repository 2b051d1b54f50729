package kifs.kernel.limits;

/**
 * A limit can't be read or changed, and nothing was changed. This is an ordinary outcome, so the
 * exception has no stack trace.
 */
public final class LimitException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Error numbers, from the kernel's uapi/asm-generic/errno.h. */
  public static final int EPERM = 1;

  public static final int ESRCH = 3;
  public static final int EINVAL = 22;
  public static final int ENODATA = 61;

  private final int errno;

  /**
   * @param errno the error number that the client gets
   */
  public LimitException(int errno, String message) {
    super(message, null, false, false);
    this.errno = errno;
  }

  /** A text that doesn't say a valid limit. */
  public static LimitException invalid(String message) {
    return new LimitException(EINVAL, message);
  }

  /** The entity of the limit has vanished. */
  public static LimitException vanished() {
    return new LimitException(ESRCH, "the entity has vanished");
  }

  public int errno() {
    return errno;
  }
}
