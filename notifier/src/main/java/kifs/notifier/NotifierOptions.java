package kifs.notifier;

/**
 * The settings of a notifier. Immutable.
 *
 * @param minTickNs the shortest interval between two samples, ns; only the first sample for a new
 *     waiter may come sooner
 * @param maxWaiters maximum number of open subscriptions
 * @param maxWaitersPerUser maximum number of open subscriptions of one user
 * @param maxKeptBytes maximum memory for what is kept of each entity from sample to sample, in
 *     bytes; an estimate; a subscription that would need more is refused
 * @param ownPid the process that runs the notifier, which no condition on each process is about,
 *     because its waits and its work are kifs's own; 0: it isn't one of the source's processes
 */
public record NotifierOptions(
    long minTickNs, int maxWaiters, int maxWaitersPerUser, long maxKeptBytes, int ownPid) {
  /** Maximum number of events that no client has read, see {@link NotifierStatus#queuedEvents}. */
  public static final int MAX_QUEUED_EVENTS = Registry.MAX_QUEUED_EVENTS;

  public static final NotifierOptions DEFAULT = new NotifierOptions(100_000_000L, 16_384, 8_192);

  /** Allows three quarters of the maximum heap for what is kept of entities. */
  public NotifierOptions(long minTickNs, int maxWaiters, int maxWaitersPerUser) {
    this(minTickNs, maxWaiters, maxWaitersPerUser, Runtime.getRuntime().maxMemory() / 4 * 3, 0);
  }

  /** Returns these options with another {@link #ownPid}. */
  public NotifierOptions withOwnPid(int pid) {
    return new NotifierOptions(minTickNs, maxWaiters, maxWaitersPerUser, maxKeptBytes, pid);
  }
}
