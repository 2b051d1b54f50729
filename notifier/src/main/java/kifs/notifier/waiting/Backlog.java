package kifs.notifier.waiting;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the events in the queues of all waiters, and bounds them. Each queue is bounded by itself,
 * but thousands of full queues that no client reads would still fill the heap. Thread-safe.
 */
public final class Backlog {
  private final int capacity;
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * @param capacity events, except that each waiter's first event is always accepted
   */
  public Backlog(int capacity) {
    this.capacity = capacity;
  }

  /**
   * Acquires space for one event.
   *
   * @param isFirst whether the waiter's queue is empty: then there is always space
   * @return false: there is no space
   */
  boolean acquire(boolean isFirst) {
    if (waiting.incrementAndGet() <= capacity || isFirst) {
      return true;
    }
    waiting.decrementAndGet();
    return false;
  }

  /** Releases the space of that many events. */
  void release(int events) {
    waiting.addAndGet(-events);
  }

  /** Returns how many events are in the queues now. */
  public int waiting() {
    return waiting.get();
  }
}
