package kifs.kernel.bpf.pass;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A second thread for large passes, where there is a second processor; it ends when it has had
 * nothing to do for a while. Thread-safe.
 */
final class PassHelper {
  private static final long IDLE_S = 10;

  private final ThreadPoolExecutor executor =
      new ThreadPoolExecutor(
          0, 1, IDLE_S, TimeUnit.SECONDS, new SynchronousQueue<>(), PassHelper::thread);

  private PassHelper() {}

  /** Null: one processor has nothing to share. */
  static PassHelper ifUseful() {
    return Runtime.getRuntime().availableProcessors() > 1 ? new PassHelper() : null;
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "kifs-pass-helper");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Does both, side by side if the helper is free, and returns when both are over.
   *
   * @throws RuntimeException what the first threw, else what the second did
   */
  void beside(Runnable first, Runnable second) {
    CompletableFuture<Void> other;
    try {
      other = CompletableFuture.runAsync(second, executor);
    } catch (RejectedExecutionException | OutOfMemoryError e) {
      // It helps another pass, or no thread is to be had.
      first.run();
      second.run();
      return;
    }
    try {
      first.run();
    } finally {
      // Whatever happens: it works with memory of the pass.
      other.handle((nothing, failure) -> null).join();
    }
    try {
      other.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw e;
    }
  }

  void close() {
    executor.shutdown();
  }
}
