package kifs.kernel.bpf.pass;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A second thread for large passes, on hosts that have more than one CPU. The thread ends after
 * {@value #IDLE_S} s without work. Thread-safe.
 */
final class PassHelper {
  private static final long IDLE_S = 10;

  private final ThreadPoolExecutor executor =
      new ThreadPoolExecutor(
          0, 1, IDLE_S, TimeUnit.SECONDS, new SynchronousQueue<>(), PassHelper::thread);

  private PassHelper() {}

  /** A helper, or null on a host with one CPU. */
  static @Nullable PassHelper ifUseful() {
    return Runtime.getRuntime().availableProcessors() > 1 ? new PassHelper() : null;
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "kifs-pass-helper");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Runs two tasks and returns when both have ended. They run at the same time if the helper's
   * thread is free, else one after the other.
   *
   * @throws RuntimeException the exception of the first task if it failed, else that of the second
   */
  void runBoth(Runnable first, Runnable second) {
    CompletableFuture<Void> other;
    try {
      other = CompletableFuture.runAsync(second, executor);
    } catch (RejectedExecutionException | OutOfMemoryError e) {
      // The helper works for another pass, or the system can't create a thread.
      first.run();
      second.run();
      return;
    }
    try {
      first.run();
    } finally {
      // The second task uses memory of the pass, so the pass may not end before that task.
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
