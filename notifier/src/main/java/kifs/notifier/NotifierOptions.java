package kifs.notifier;

/**
 * @param finestTickNs samples are not nearer to each other than this, but for the first one of who
 *     comes
 * @param mostWaiters subscriptions open at one time
 */
public record NotifierOptions(long finestTickNs, int mostWaiters) {
  public static final NotifierOptions DEFAULT = new NotifierOptions(100_000_000L, 16_384);
}
