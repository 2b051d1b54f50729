package kifs.fs.node.bulk;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.UserLimit;
import kifs.kernel.bulk.Visibility;

/**
 * The threads that take snapshots. Clients that see everything have their own: no other client can
 * delay them. The others take turns by user. Thread-safe.
 */
final class Workers implements AutoCloseable {
  /** Passes that run at the same time. More would only slow each other down. */
  private static final int PASSES = 2;

  private static final long IDLE_S = 10;

  /** Reads of one user, and of all, that wait for a snapshot. Each of them holds a thread. */
  private static final int MAX_READS_OF_USER = 256;

  private static final int MAX_READS = 1024;

  private final ExecutorService passes;
  private final ExecutorService wide;
  private final FairExecutor userPasses = new FairExecutor(1, "kifs-user-snapshot");
  private final FairExecutor userWide = new FairExecutor(PASSES, "kifs-user-wide");
  private final UserLimit reads =
      new UserLimit(MAX_READS_OF_USER, MAX_READS, Errno.EAGAIN, "reads that wait");

  Workers() {
    passes = pool(PASSES, task -> daemon(task, "kifs-snapshot"));
    wide = Executors.newCachedThreadPool(task -> daemon(task, "kifs-wide"));
  }

  /** Runs tasks in their order on a few threads, which end when they have nothing to do. */
  static ExecutorService pool(int count, ThreadFactory threads) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            count, count, IDLE_S, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** The user whose share a client's work takes; ROOT for a client that sees everything. */
  static long user(Visibility visibility) {
    return visibility.seesAll() ? UserLimit.ROOT : visibility.uid();
  }

  /** Runs tasks that wait for a pass, or read every process, for tables. */
  Executor wide(Visibility visibility) {
    return visibility.seesAll() ? wide : userWide.of(visibility.uid());
  }

  /**
   * Runs a pass for a reader.
   *
   * @throws FsException EAGAIN if the reader's user has too many that wait; the reader's future is
   *     completed then
   */
  void pass(Visibility visibility, CompletableFuture<?> reader, Runnable pass) {
    Executor executor = visibility.seesAll() ? passes : userPasses.of(visibility.uid());
    try {
      executor.execute(pass);
    } catch (FsException tooMany) {
      reader.completeExceptionally(tooMany);
      throw tooMany;
    }
  }

  /**
   * A future that counts as a read of its user until it is completed.
   *
   * @throws FsException EAGAIN if the user has too many
   */
  <T> CompletableFuture<T> reader(Visibility visibility) {
    long user = user(visibility);
    reads.take(user);
    CompletableFuture<T> reader = new CompletableFuture<>();
    reader.whenComplete((taken, error) -> reads.give(user));
    return reader;
  }

  @Override
  public void close() {
    passes.shutdownNow();
    wide.shutdownNow();
    userPasses.close();
    userWide.close();
  }
}
