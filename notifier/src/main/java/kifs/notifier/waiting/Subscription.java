package kifs.notifier.waiting;

import java.util.concurrent.CompletableFuture;

/**
 * A condition that somebody waits for, as the one who waits sees it: a bounded queue of events,
 * oldest first. Events that the queue had no space for are counted in {@code lost} of the next
 * event. Thread-safe; several readers may share a subscription, and each event reaches one of them.
 */
public interface Subscription extends AutoCloseable {
  /**
   * Sets the listener that the notifier calls, in a thread of its own, whenever there may be
   * something new to see: an event, the end, or nothing after all. If there is something already,
   * the listener is called at once. It must not block.
   */
  void onReady(Runnable wake);

  /**
   * Completes after the first sample: a condition that compares with the beginning has something to
   * compare with from then on. The future is the caller's own.
   */
  CompletableFuture<Void> armed();

  /** Whether an event waits. */
  boolean isReady();

  /**
   * Whether the entity has gone: the events that wait in the queue are the last. A caller that asks
   * {@link #isReady} too asks this first, since the last event comes before the end.
   */
  boolean isEnded();

  /** Whether the entity has gone and no event waits: none will come. */
  boolean isOver();

  /**
   * Takes the oldest event if its line has at most {@code room} characters, all of them ASCII.
   *
   * @return the line with its newline; null: there is no event, or its line is longer
   */
  String poll(int room);

  /**
   * Stops waiting. Idempotent; quick, whatever the notifier is doing. The listener isn't called any
   * more, unless that call has begun already.
   */
  @Override
  void close();
}
