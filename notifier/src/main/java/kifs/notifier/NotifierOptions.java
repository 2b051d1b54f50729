package kifs.notifier;

/**
 * @param finestTickNs samples are not nearer to each other than this, but for the first one of who
 *     comes
 * @param mostWaiters subscriptions open at one time
 * @param mostWaitersPerUser of them, on one user's account
 */
public record NotifierOptions(long finestTickNs, int mostWaiters, int mostWaitersPerUser) {
  public static final NotifierOptions DEFAULT = new NotifierOptions(100_000_000L, 16_384, 8_192);
}
