package kifs.notifier.waiting;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the events in the queues of all waiters, and bounds them. Each queue is bounded by itself,
 * but thousands of full queues that no client reads would still fill the heap. A quarter of the
 * capacity is kept for queues that are still short, so that a few clients that don't read can't
 * take the space of all others. Thread-safe.
 */
public final class Backlog {
  /** The number of events up to which a queue is short. */
  static final int SHORT_QUEUE = 256;

  private final int capacity;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong lost = new AtomicLong();

  /**
   * @param capacity events, except that each waiter's first event is always accepted
   */
  public Backlog(int capacity) {
    this.capacity = capacity;
  }

  /**
   * Acquires space for one event.
   *
   * @param queued the number of events in the waiter's queue; there is always space for the first
   * @return false: there is no space
   */
  boolean acquire(int queued) {
    int allowed = queued < SHORT_QUEUE ? capacity : capacity / 4 * 3;
    if (waiting.incrementAndGet() <= allowed || queued == 0) {
      return true;
    }
    waiting.decrementAndGet();
    return false;
  }

  /** Releases the space of that many events. */
  void release(int events) {
    waiting.addAndGet(-events);
  }

  /** Counts events that a waiter doesn't get. */
  void countLost(long events) {
    lost.addAndGet(events);
  }

  /** Returns how many events the waiters have lost so far, added up over all waiters. */
  public long lost() {
    return lost.get();
  }

  /** Returns how many events are in the queues now. */
  public int waiting() {
    return waiting.get();
  }
}
