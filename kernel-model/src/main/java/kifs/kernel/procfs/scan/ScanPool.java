package kifs.kernel.procfs.scan;

import java.util.ArrayDeque;
import java.util.concurrent.Semaphore;
import kifs.kernel.source.Cancellation;

/**
 * Lends {@link Scan}s. Single looks get one at once. Passes are let in two at a time, in the order
 * they came: the kernel serves no more than two readers of /proc faster than one. Thread-safe.
 */
public final class ScanPool {
  private static final int PASSES = 2;
  private static final int KEPT = 4;

  private final ArrayDeque<Scan> free = new ArrayDeque<>();
  private final Semaphore passes = new Semaphore(PASSES, true);

  public Scan take() {
    synchronized (free) {
      Scan scan = free.pollLast();
      if (scan != null) {
        return scan;
      }
    }
    return new Scan();
  }

  public void give(Scan scan) {
    synchronized (free) {
      if (free.size() < KEPT) {
        free.addLast(scan);
      }
    }
  }

  /** Waits for its turn; {@link #endPass} must follow. */
  void beginPass(Cancellation cancellation) {
    cancellation.acquire(passes);
  }

  void endPass() {
    passes.release();
  }
}
