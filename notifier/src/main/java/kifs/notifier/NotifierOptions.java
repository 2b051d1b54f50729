package kifs.notifier;

/**
 * @param finestTickNs samples are not nearer to each other than this, but for the first one of who
 *     comes
 * @param mostWaiters subscriptions open at one time
 * @param mostWaitersPerUser of them, on one user's account
 * @param mostKept memory, in bytes, for what is kept of each entity from look to look; who would
 *     need more can't wait. An estimate
 */
public record NotifierOptions(
    long finestTickNs, int mostWaiters, int mostWaitersPerUser, long mostKept) {
  public static final NotifierOptions DEFAULT = new NotifierOptions(100_000_000L, 16_384, 8_192);

  /** Keeps as much as the heap has room for, with a quarter of it for all else. */
  public NotifierOptions(long finestTickNs, int mostWaiters, int mostWaitersPerUser) {
    this(finestTickNs, mostWaiters, mostWaitersPerUser, Runtime.getRuntime().maxMemory() / 4 * 3);
  }
}
