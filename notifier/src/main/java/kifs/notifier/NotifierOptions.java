package kifs.notifier;

/**
 * The settings of a notifier. Immutable.
 *
 * @param finestTickNs the shortest interval between two samples, ns; only the first sample for a
 *     new waiter may come sooner
 * @param mostWaiters maximum number of open subscriptions
 * @param mostWaitersPerUser maximum number of open subscriptions of one user
 * @param mostKept maximum memory for what is kept of each entity from sample to sample, in bytes;
 *     an estimate; a subscription that would need more is refused
 */
public record NotifierOptions(
    long finestTickNs, int mostWaiters, int mostWaitersPerUser, long mostKept) {
  public static final NotifierOptions DEFAULT = new NotifierOptions(100_000_000L, 16_384, 8_192);

  /** Allows three quarters of the maximum heap for what is kept of entities. */
  public NotifierOptions(long finestTickNs, int mostWaiters, int mostWaitersPerUser) {
    this(finestTickNs, mostWaiters, mostWaitersPerUser, Runtime.getRuntime().maxMemory() / 4 * 3);
  }
}
