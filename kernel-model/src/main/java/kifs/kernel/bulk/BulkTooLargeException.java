package kifs.kernel.bulk;

/** All open bulks together would need more memory than the pool's capacity. */
public final class BulkTooLargeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BulkTooLargeException(long capacity) {
    super("snapshots would take more than " + capacity + " bytes");
  }
}
