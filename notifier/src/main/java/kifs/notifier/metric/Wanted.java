package kifs.notifier.metric;

/**
 * The part of a condition that a metric needs in order to ask the kernel for a push. The condition
 * implements this interface, so that metrics don't depend on conditions. Immutable.
 */
public interface Wanted {
  /** Whether the condition is about crossing a threshold, and not about a change or an event. */
  boolean isOfLevel();

  /** Whether the threshold is a percentage of the metric's limit. */
  boolean ofLimit();

  /** Whether a share of time can exceed the threshold: {@code above} or {@code rises}, 0 to 100. */
  boolean isOfShare();

  /** The threshold in the metric's unit, or in percent if {@link #ofLimit}. */
  double threshold();

  /** The window that a rate is averaged over, ns. */
  long overNs();
}
