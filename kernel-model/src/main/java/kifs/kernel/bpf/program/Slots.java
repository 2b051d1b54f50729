package kifs.kernel.bpf.program;

import java.util.ArrayDeque;
import java.util.concurrent.Semaphore;
import kifs.kernel.source.Cancellation;
import org.jspecify.annotations.Nullable;

/**
 * A pool of {@link Slot}s. At most two passes over many processes run at a time, in the order in
 * which they came, because more would not be faster. A request about one entity gets any free slot.
 * Thread-safe. Lock order: the permit for a pass, then the permit for a slot.
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

  /**
   * Blocks until a pass may begin and a slot is free. {@link #endPass} must follow.
   *
   * @throws Cancellation.CancelledException if it was cancelled meanwhile
   */
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

  /**
   * Blocks until a slot is free. {@link #release} must follow.
   *
   * @throws Cancellation.CancelledException if it was cancelled meanwhile
   */
  public Slot acquire(Cancellation cancellation) {
    cancellation.acquire(available);
    return poll();
  }

  /** A slot, for which {@link #release} must follow. Null if none is free. */
  public @Nullable Slot tryAcquire() {
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
      // The slot that was used last is the one most likely to be in the CPU's cache.
      return free.removeLast();
    }
  }
}
