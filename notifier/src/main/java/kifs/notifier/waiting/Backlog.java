package kifs.notifier.waiting;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many events wait for readers, in all: each queue is bounded, but of thousands of waiters that
 * nobody reads all could be full. Thread-safe.
 */
public final class Backlog {
  private final int most;
  private final AtomicInteger waiting = new AtomicInteger();

  public Backlog(int most) {
    this.most = most;
  }

  /** One more, if there is room for it; each waiter's first always has. */
  boolean take(boolean isFirst) {
    if (waiting.incrementAndGet() <= most || isFirst) {
      return true;
    }
    waiting.decrementAndGet();
    return false;
  }

  /** So many less. */
  void give(int events) {
    waiting.addAndGet(-events);
  }

  public int waiting() {
    return waiting.get();
  }
}
