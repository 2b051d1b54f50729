package kifs.fs.transport.jnrfuse;

import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** The memory of libfuse's session, which isn't to be touched once that ends. Thread-safe. */
final class SessionMemory {
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean ended;

  /** Does something that touches it, unless the session has ended. */
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

  /** Waits for those that touch it; from then on nobody does. */
  void end() {
    lock.writeLock().lock();
    ended = true;
    lock.writeLock().unlock();
  }
}
