package kifs.fs.node.notify;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import kifs.fs.access.Callers;
import kifs.kernel.source.Shortage;
import kifs.notifier.waiting.Subscription;

/**
 * Keeps the waiter of an interrupted open for one second. If the same thread opens the same name
 * again in that time, it gets the same waiter and misses no event. Go programs need this: their
 * runtime signals its own threads all the time, which interrupts opens. Thread-safe: the monitor
 * guards {@code kept}.
 */
final class Retries {
  private static final long KEPT_MS = 1000;

  private record Key(int tid, String name) {}

  private final Map<Key, Subscription> kept = new HashMap<>();
  private final Executor later =
      CompletableFuture.delayedExecutor(KEPT_MS, TimeUnit.MILLISECONDS, Runnable::run);

  /** Removes and returns the waiter that an interrupted open left; null if there is none. */
  synchronized Subscription reclaim(int tid, String name) {
    return kept.remove(new Key(tid, name));
  }

  /**
   * Keeps the waiter of an interrupted open. If the client is about to end, the waiter is closed
   * instead.
   */
  void keep(int tid, String name, Subscription subscription) {
    if (Callers.isDying(tid)) {
      subscription.close();
      return;
    }
    Key key = new Key(tid, name);
    synchronized (this) {
      kept.put(key, subscription);
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
