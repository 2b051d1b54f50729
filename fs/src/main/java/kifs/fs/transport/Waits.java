package kifs.fs.transport;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.kernel.source.Shortage;
import org.jspecify.annotations.Nullable;

/**
 * The futures that requests wait for. A wait ends when its future is complete: because of what is
 * waited for, or with an error by an interrupt, a timeout or the end of the tree. Thread-safe.
 */
public final class Waits {
  /** A request that waits. */
  private static final class Wait {
    private final CompletableFuture<?> future;
    private final Runnable then;
    private final AtomicBoolean isOver = new AtomicBoolean();
    private volatile boolean isEnding;

    Wait(CompletableFuture<?> future, Runnable then) {
      this.future = future;
      this.then = then;
    }

    /** The future is complete. Whoever ends the wait goes on itself. */
    void completed() {
      if (!isEnding) {
        goOn();
      }
    }

    /**
     * Ends the wait with an error. What the node does about the error is done when this goes on: a
     * client that is interrupted may ask again at once, and then the node must know of the
     * interrupt.
     */
    void end(FsException error) {
      isEnding = true;
      future.completeExceptionally(error);
      goOn();
    }

    private void goOn() {
      if (isOver.compareAndSet(false, true)) {
        then.run();
      }
    }
  }

  private final ConcurrentHashMap<Long, Wait> waits = new ConcurrentHashMap<>();
  private volatile long maxWaitNs = Long.MAX_VALUE;
  private volatile @Nullable FsException ended;

  /** Sets a timeout for waits. A wait that reaches it ends with EAGAIN. */
  public void limit(long ns) {
    maxWaitNs = Math.min(maxWaitNs, ns);
  }

  /**
   * Begins a wait. Each call needs an {@link #end}.
   *
   * @param id a number that no other present wait has
   * @param then called once when the future is complete, on the thread that completes it
   */
  public void begin(long id, CompletableFuture<?> future, Runnable then) {
    Wait wait = new Wait(future, then);
    waits.put(id, wait);
    future.whenComplete((value, error) -> wait.completed());
    // The wait is in the map already. So either endAll() has found it there, or `ended` is seen
    // here.
    FsException error = ended;
    if (error != null) {
      wait.end(error);
    } else if (maxWaitNs != Long.MAX_VALUE) {
      endLater(wait);
    }
  }

  private void endLater(Wait wait) {
    try {
      CompletableFuture.delayedExecutor(maxWaitNs, TimeUnit.NANOSECONDS)
          .execute(() -> wait.end(tooLong()));
    } catch (OutOfMemoryError e) {
      // No thread can be had that would end the wait in time, so it doesn't begin.
      Shortage.THREADS.note();
      wait.end(tooLong());
    }
  }

  private static FsException tooLong() {
    return new FsException(Errno.EAGAIN, "waited too long");
  }

  /**
   * The value of a complete future.
   *
   * @throws FsException if it was completed with that
   */
  public static <T> T result(CompletableFuture<T> complete) {
    try {
      return complete.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof FsException expected ? expected : e;
    }
  }

  /** Forgets a wait. */
  public void end(long id) {
    waits.remove(id);
  }

  /** Ends a wait with EINTR, because its client got a signal. */
  public void interrupt(long id) {
    Wait wait = waits.get(id);
    if (wait != null) {
      wait.end(new FsException(Errno.EINTR, "interrupted"));
    }
  }

  /** Ends every present and every later wait with an error. */
  public void endAll(FsException error) {
    ended = error;
    waits.values().forEach(wait -> wait.end(error));
  }
}
