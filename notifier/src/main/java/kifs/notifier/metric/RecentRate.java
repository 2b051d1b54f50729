package kifs.notifier.metric;

/**
 * The growth of a counter since it was last sampled for any waiter. Immutable.
 *
 * @param rate the growth, in the metric's unit
 * @param overNs the time since that sample, ns
 */
public record RecentRate(double rate, long overNs) {}
