package kifs.kernel.procfs.scan;

import java.util.ArrayDeque;
import java.util.concurrent.Semaphore;
import kifs.kernel.source.Cancellation;

/**
 * A pool of {@link Scan}s. A read of one entity acquires a scan at once. At most two passes run at
 * a time, in the order in which they came, because the kernel serves more than two readers of /proc
 * no faster. Thread-safe. {@code free} is guarded by itself; no other lock is acquired while it is
 * held.
 */
public final class ScanPool {
  private static final int MAX_PASSES = 2;
  private static final int MAX_FREE = 4;

  private final ArrayDeque<Scan> free = new ArrayDeque<>();
  private final Semaphore passes = new Semaphore(MAX_PASSES, true);

  /** Acquires a scan, which the caller releases. Never blocks. */
  public Scan acquire() {
    synchronized (free) {
      Scan scan = free.pollLast();
      if (scan != null) {
        return scan;
      }
    }
    return new Scan();
  }

  /** Returns a scan to the pool. */
  public void release(Scan scan) {
    synchronized (free) {
      if (free.size() < MAX_FREE) {
        free.addLast(scan);
      }
    }
  }

  /** Waits until the pass may run. The caller must call {@link #endPass} afterwards. */
  void beginPass(Cancellation cancellation) {
    cancellation.acquire(passes);
  }

  void endPass() {
    passes.release();
  }
}
