package kifs.fs.node.notify;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import kifs.fs.access.Callers;
import kifs.notifier.waiting.Subscription;

/**
 * Keeps the waiter of an open that was interrupted for a moment, so that the same thread, opening
 * the same name again, misses nothing in between: programs that signal themselves (Go) do that all
 * the time. Thread-safe.
 */
final class Retries {
  private static final long KEPT_MS = 1000;

  private record Key(int tid, String name) {}

  private final Map<Key, Subscription> kept = new HashMap<>();
  private final Executor later = CompletableFuture.delayedExecutor(KEPT_MS, TimeUnit.MILLISECONDS);

  /** The waiter left by an interrupted open; null if there is none. */
  synchronized Subscription take(int tid, String name) {
    return kept.remove(new Key(tid, name));
  }

  /** Keeps the waiter of an interrupted open, unless its client is about to end. */
  void keep(int tid, String name, Subscription subscription) {
    if (Callers.isDying(tid)) {
      subscription.close();
      return;
    }
    Key key = new Key(tid, name);
    synchronized (this) {
      kept.put(key, subscription);
    }
    later.execute(() -> drop(key, subscription));
  }

  private void drop(Key key, Subscription subscription) {
    boolean unclaimed;
    synchronized (this) {
      unclaimed = kept.remove(key, subscription);
    }
    if (unclaimed) {
      subscription.close();
    }
  }
}
