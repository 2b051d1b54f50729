package kifs.kernel.source;

/**
 * The daemon has no file descriptor left for what was asked. It says nothing about the entity,
 * which may well exist. The caller can try again later.
 */
public final class NoDescriptorsException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public NoDescriptorsException(String message) {
    super(message);
  }

  /** Counts the shortage and throws, if there is one. */
  public static void throwIf(boolean isShortage) {
    if (isShortage) {
      Shortage.DESCRIPTORS.note();
      throw new NoDescriptorsException("no descriptor is left");
    }
  }
}
