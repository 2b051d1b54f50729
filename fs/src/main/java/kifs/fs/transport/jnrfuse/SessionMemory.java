package kifs.fs.transport.jnrfuse;

import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Guards the memory of libfuse's session, which must not be touched after the session has ended.
 * Thread-safe: the read-write lock guards {@code ended}.
 */
final class SessionMemory {
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean ended;

  /** Runs an action that touches the memory, unless the session has ended. */
  void use(Runnable action) {
    lock.readLock().lock();
    try {
      if (!ended) {
        action.run();
      }
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Waits for running actions. Later ones don't run. */
  void end() {
    lock.writeLock().lock();
    try {
      ended = true;
    } finally {
      lock.writeLock().unlock();
    }
  }
}
