package kifs.kernel.bulk;

/** All open snapshots together would take more memory than is set aside for them. */
public final class BulkTooLargeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BulkTooLargeException(long capacity) {
    super("snapshots would take more than " + capacity + " bytes");
  }
}
