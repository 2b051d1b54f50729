package kifs.notifier.waiting;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of a waiter: a bounded queue of events, oldest first. If it is full, the oldest
 * event is dropped, and {@code lost} of the event after it counts it. Thread-safe. Several readers
 * may share a subscription; each event reaches one of them.
 */
public interface Subscription extends AutoCloseable {
  /**
   * Sets the listener, which replaces an earlier one. The notifier calls the listener in the
   * notifier's thread, without a lock, whenever there may be an event or the end; sometimes there
   * is neither. If there is an event or the end already, this method calls the listener at once.
   * The listener must not block.
   */
  void onReady(Runnable listener);

  /**
   * Returns a future that completes after the first sample. From then on, a condition that compares
   * with the value at the opening has a value to compare with. Completing or cancelling the future
   * affects no other caller.
   */
  CompletableFuture<Void> armed();

  /** Whether the queue has an event. */
  boolean isReady();

  /**
   * Whether the entity has vanished. If so, the events in the queue are the last. A caller that
   * also needs {@link #isReady} must call this method first, because the last event comes before
   * the end.
   */
  boolean isEnded();

  /** Whether the entity has vanished and the queue is empty, so that no event will come. */
  boolean isOver();

  /**
   * Removes the oldest event from the queue if its line fits.
   *
   * @param maxLength how many ASCII characters the caller can accept
   * @return the line with its newline; null: there is no event, or its line is longer
   */
  @Nullable String poll(int maxLength);

  /**
   * Stops waiting. Idempotent. This method doesn't wait for a turn of the notifier. The listener
   * isn't called again, but a call that has begun may still run.
   */
  @Override
  void close();
}
