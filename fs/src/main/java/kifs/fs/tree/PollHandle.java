package kifs.fs.tree;

/**
 * A client in poll(2), select(2) or epoll_wait(2). Its owner closes it exactly once. Thread-safe.
 */
public interface PollHandle extends AutoCloseable {
  /** Makes the kernel poll again. Must not be called after {@link #close}. */
  void wake();

  @Override
  void close();
}
