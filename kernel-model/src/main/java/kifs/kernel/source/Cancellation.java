package kifs.kernel.source;

/** Asked between entities of a long pass: whether nobody waits for its result any more. */
@FunctionalInterface
public interface Cancellation {
  Cancellation NEVER = () -> false;

  boolean isCancelled();

  /** Ends the pass if it was cancelled. */
  default void check() {
    if (isCancelled()) {
      throw new CancelledException();
    }
  }

  /** The pass was ended because nobody waits for it. */
  final class CancelledException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CancelledException() {
      super("cancelled", null, false, false);
    }
  }
}
