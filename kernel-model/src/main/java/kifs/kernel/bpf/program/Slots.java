package kifs.kernel.bpf.program;

import java.util.ArrayDeque;
import java.util.concurrent.Semaphore;
import kifs.kernel.source.Cancellation;

/**
 * Lends {@link Slot}s. At most two passes have one at a time, in the order in which they came: more
 * would gain nothing. A look at one entity gets any slot that is free. Thread-safe.
 */
public final class Slots {
  private static final int PASSES = 2;

  private final ArrayDeque<Slot> free = new ArrayDeque<>();
  private final Semaphore available;
  private final Semaphore passes = new Semaphore(PASSES, true);

  public Slots(Iterable<Slot> all) {
    all.forEach(free::add);
    available = new Semaphore(free.size(), true);
  }

  /** Waits until a pass may begin; {@link #endPass} must follow. */
  public Slot beginPass(Cancellation cancellation) {
    cancellation.acquire(passes);
    try {
      return acquire(cancellation);
    } catch (RuntimeException e) {
      passes.release();
      throw e;
    }
  }

  public void endPass(Slot slot) {
    release(slot);
    passes.release();
  }

  /** Waits for a slot; {@link #release} must follow. */
  public Slot acquire(Cancellation cancellation) {
    cancellation.acquire(available);
    return poll();
  }

  /** A slot if one is free, for which {@link #release} must follow; else null. */
  public Slot tryAcquire() {
    return available.tryAcquire() ? poll() : null;
  }

  public void release(Slot slot) {
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
