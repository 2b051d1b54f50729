package kifs.fs.node.bulk;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;

/**
 * Runs tasks of several users on a few threads. The users take turns, and of each user one task
 * runs at a time, so a user who asks without a pause delays another one by one task at most.
 * Thread-safe: the lock of this object guards the queues.
 */
final class FairExecutor implements AutoCloseable {
  /** Tasks of one user that wait, and of all users. More are refused. */
  static final int MAX_OF_USER = 64;

  static final int MAX_OF_ALL = 1024;

  private final ExecutorService threads;

  /** The waiting tasks of each user who has one that runs or waits. */
  private final Map<Long, Queue<Runnable>> queues = new HashMap<>();

  private int waiting;

  FairExecutor(int threads, String name) {
    this.threads = Workers.pool(threads, task -> thread(task, name));
  }

  /** The work of users must not take the CPU from passes of clients that see everything. */
  private static Thread thread(Runnable task, String name) {
    Thread thread = Workers.daemon(task, name);
    thread.setPriority(Thread.MIN_PRIORITY);
    return thread;
  }

  /**
   * Runs the tasks of one user in their order.
   *
   * @return its {@code execute} throws an {@link FsException} with EAGAIN if too many tasks wait
   */
  Executor of(long uid) {
    return task -> execute(uid, task);
  }

  private synchronized void execute(long uid, Runnable task) {
    Queue<Runnable> queue = queues.get(uid);
    if (waiting >= MAX_OF_ALL || queue != null && queue.size() >= MAX_OF_USER) {
      throw new FsException(Errno.EAGAIN, "too many snapshots are waited for");
    }
    if (queue == null) {
      queue = new ArrayDeque<>();
      takeTurn(uid, queue);
      queues.put(uid, queue);
    }
    queue.add(task);
    waiting++;
  }

  /** Queues the user behind all others who wait for their turns. */
  private void takeTurn(long uid, Queue<Runnable> queue) {
    threads.execute(() -> runOne(uid, queue));
  }

  private void runOne(long uid, Queue<Runnable> queue) {
    try {
      next(queue).run();
    } finally {
      endTurn(uid, queue);
    }
  }

  private synchronized Runnable next(Queue<Runnable> queue) {
    waiting--;
    return queue.remove();
  }

  private synchronized void endTurn(long uid, Queue<Runnable> queue) {
    if (queue.isEmpty() || threads.isShutdown()) {
      queues.remove(uid);
    } else {
      takeTurn(uid, queue);
    }
  }

  /** Interrupts the tasks that run, and drops those that wait. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
