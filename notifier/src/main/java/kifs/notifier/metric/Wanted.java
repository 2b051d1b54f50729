package kifs.notifier.metric;

/**
 * The questions that a metric asks of a condition before it lets the kernel watch for it. The
 * condition answers them, so that metrics need not know conditions. Immutable.
 */
public interface Wanted {
  /** Whether a level is to be crossed, as opposed to a change or an event. */
  boolean isOfLevel();

  /** Whether the threshold is a percentage of the metric's limit. */
  boolean ofLimit();

  /** Whether a share of time can exceed the threshold: it is an upper one, from 0 to 100 %. */
  boolean isOfShare();

  /** In the metric's unit, or in percent if {@link #ofLimit}. */
  double threshold();

  /** The window that a rate is averaged over. */
  long overNs();
}
