package kifs.fs.node.notify;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import kifs.fs.access.Callers;
import kifs.fs.tree.Caller;
import kifs.kernel.source.Shortage;
import kifs.notifier.waiting.Audience;
import kifs.notifier.waiting.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the waiter of an interrupted open for one second. If the same thread opens the same name
 * again in that time, it gets the same waiter and misses no event. Go programs need this: their
 * runtime signals its own threads all the time, which interrupts opens. Thread-safe: the monitor
 * guards {@code kept}.
 */
final class Retries {
  private static final long KEPT_MS = 1000;

  /**
   * The client and what it waits for. Another client that gets the id of a thread that has vanished
   * isn't the same client: it differs in the user, or in what it may see.
   */
  record Key(Caller caller, Audience audience, String name) {}

  private final Map<Key, Subscription> kept = new HashMap<>();
  private final Executor later =
      CompletableFuture.delayedExecutor(KEPT_MS, TimeUnit.MILLISECONDS, Runnable::run);

  /** Removes and returns the waiter that an interrupted open left; null if there is none. */
  synchronized @Nullable Subscription reclaim(Key key) {
    return kept.remove(key);
  }

  /**
   * Keeps the waiter of an interrupted open. If the client is about to end, the waiter is closed
   * instead.
   */
  void keep(Key key, Subscription subscription) {
    if (Callers.isDying(key.caller().tid())) {
      subscription.close();
      return;
    }
    Subscription before;
    synchronized (this) {
      before = kept.put(key, subscription);
    }
    if (before != null) {
      // The client asked again before its first waiter was kept.
      before.close();
    }
    try {
      later.execute(() -> drop(key, subscription));
    } catch (OutOfMemoryError e) {
      // No thread can be had that would drop it later.
      Shortage.THREADS.note();
      drop(key, subscription);
    }
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
