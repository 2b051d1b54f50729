package kifs.fs.transport.jnrfuse;

import java.util.concurrent.atomic.AtomicLong;
import kifs.fs.tree.PollHandle;

/**
 * A poll handle of libfuse. It is in the memory of the session, so it isn't touched after the
 * session has ended. Thread-safe.
 */
final class NativePollHandle implements PollHandle {
  private final AtomicLong address;
  private final SessionMemory session;

  NativePollHandle(long address, SessionMemory session) {
    this.address = new AtomicLong(address);
    this.session = session;
  }

  @Override
  public void wake() {
    long handle = address.get();
    if (handle != 0) {
      session.use(() -> LibFuse2.INSTANCE.fuse_notify_poll(handle));
    }
  }

  @Override
  public void close() {
    long handle = address.getAndSet(0);
    if (handle != 0) {
      session.use(() -> LibFuse2.INSTANCE.fuse_pollhandle_destroy(handle));
    }
  }
}
