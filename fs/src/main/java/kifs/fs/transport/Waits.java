package kifs.fs.transport;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.kernel.source.Shortage;
import org.jspecify.annotations.Nullable;

/**
 * The futures that requests wait for. A wait ends when its future is complete: because of what is
 * waited for, or with an error by an interrupt, a timeout or the end of the tree. Thread-safe.
 */
public final class Waits {
  private final ConcurrentHashMap<Long, CompletableFuture<?>> futures = new ConcurrentHashMap<>();
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
   */
  public void begin(long id, CompletableFuture<?> future) {
    futures.put(id, future);
    // The wait is in the map already. So either endAll() has found it there, or `ended` is seen
    // here.
    FsException error = ended;
    if (error != null) {
      future.completeExceptionally(error);
    } else if (maxWaitNs != Long.MAX_VALUE) {
      endLater(future);
    }
  }

  private void endLater(CompletableFuture<?> future) {
    try {
      CompletableFuture.delayedExecutor(maxWaitNs, TimeUnit.NANOSECONDS)
          .execute(() -> future.completeExceptionally(tooLong()));
    } catch (OutOfMemoryError e) {
      // No thread can be had that would end the wait in time, so it doesn't begin.
      Shortage.THREADS.note();
      future.completeExceptionally(tooLong());
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
    futures.remove(id);
  }

  /** Ends a wait with EINTR, because its client got a signal. */
  public void interrupt(long id) {
    CompletableFuture<?> future = futures.get(id);
    if (future != null) {
      future.completeExceptionally(new FsException(Errno.EINTR, "interrupted"));
    }
  }

  /** Ends every present and every later wait with an error. */
  public void endAll(FsException error) {
    ended = error;
    futures.values().forEach(future -> future.completeExceptionally(error));
  }
}
