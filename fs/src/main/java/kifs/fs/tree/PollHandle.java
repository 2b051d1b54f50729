package kifs.fs.tree;

/** Somebody in poll(2), select(2) or epoll_wait(2). Close it exactly once. */
public interface PollHandle extends AutoCloseable {
  /** Makes the kernel poll again. Must not be called after {@link #close}. */
  void wake();

  @Override
  void close();
}
