package kifs.fs.transport.jnrfuse;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.function.BooleanSupplier;
import kifs.fs.tree.PollHandle;

/**
 * A poll handle of libfuse's. It lives in memory of the session's, so it isn't touched once the
 * session is being torn down.
 */
final class NativePollHandle implements PollHandle {
  private final AtomicLong address;
  private final ReadWriteLock session;
  private final BooleanSupplier sessionLives;

  /**
   * @param session read-locked while the handle is used
   * @param sessionLives asked under that lock
   */
  NativePollHandle(long address, ReadWriteLock session, BooleanSupplier sessionLives) {
    this.address = new AtomicLong(address);
    this.session = session;
    this.sessionLives = sessionLives;
  }

  @Override
  public void wake() {
    long handle = address.get();
    if (handle != 0) {
      inSession(() -> LibFuse2.INSTANCE.fuse_notify_poll(handle));
    }
  }

  @Override
  public void close() {
    long handle = address.getAndSet(0);
    if (handle != 0) {
      inSession(() -> LibFuse2.INSTANCE.fuse_pollhandle_destroy(handle));
    }
  }

  private void inSession(Runnable use) {
    session.readLock().lock();
    try {
      if (sessionLives.getAsBoolean()) {
        use.run();
      }
    } finally {
      session.readLock().unlock();
    }
  }
}
