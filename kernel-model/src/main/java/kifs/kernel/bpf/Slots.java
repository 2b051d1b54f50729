package kifs.kernel.bpf;

import java.util.ArrayDeque;
import java.util.concurrent.Semaphore;
import kifs.kernel.source.Cancellation;

/**
 * Lends {@link Slot}s: to passes two at a time, in the order they came, since there is nothing to
 * win by more; to looks at one entity whichever is free. Thread-safe.
 */
final class Slots {
  private static final int PASSES = 2;

  private final ArrayDeque<Slot> free = new ArrayDeque<>();
  private final Semaphore available;
  private final Semaphore passes = new Semaphore(PASSES, true);

  Slots(Iterable<Slot> all) {
    all.forEach(free::add);
    available = new Semaphore(free.size(), true);
  }

  /** Waits until a pass may begin; {@link #endPass} must follow. */
  Slot beginPass(Cancellation cancellation) {
    cancellation.acquire(passes);
    try {
      return take(cancellation);
    } catch (RuntimeException e) {
      passes.release();
      throw e;
    }
  }

  void endPass(Slot slot) {
    give(slot);
    passes.release();
  }

  /** Waits for a slot; {@link #give} must follow. */
  Slot take(Cancellation cancellation) {
    cancellation.acquire(available);
    return poll();
  }

  /** A slot if there is one to spare, or null. */
  Slot takeIfFree() {
    return available.tryAcquire() ? poll() : null;
  }

  void give(Slot slot) {
    synchronized (free) {
      free.addLast(slot);
    }
    available.release();
  }

  private Slot poll() {
    synchronized (free) {
      // The one that was used last is warm.
      return free.removeLast();
    }
  }
}
