package kifs.fs.transport.jnrfuse;

import com.kenai.jffi.MemoryIO;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import jnr.ffi.Pointer;
import jnr.ffi.byref.IntByReference;
import jnr.ffi.byref.PointerByReference;

/**
 * A mounted libfuse session, served by Java threads: one per request that is being answered and a
 * few that wait for the next. libfuse's own loop would serve on native threads, and each of their
 * first thousand callbacks attaches its thread to the JVM and detaches it again.
 */
final class FuseSession {
  private static final MemoryIO MEMORY = MemoryIO.getInstance();
  private static final LibFuse2 FUSE = LibFuse2.INSTANCE;

  /**
   * Threads kept waiting, from the beginning, so that waiters by poll make none, nor a reader of
   * bulks for whom the kernel reads ahead in a dozen requests at once; more end when they have
   * nothing to do.
   */
  private static final int MOST_IDLE = 16;

  /** Callbacks are shallow: a thousand blocked opens shall not reserve a gigabyte. */
  private static final long STACK_BYTES = 256 * 1024;

  private final long fuse;
  private final Pointer mountpoint;
  private final long session;
  private final long channel;
  private final int bufferBytes;
  private final Lookups lookups;
  private final Runnable onEnd;
  private final AtomicInteger idle = new AtomicInteger();
  private final AtomicInteger alive = new AtomicInteger();
  private final AtomicInteger made = new AtomicInteger();

  private FuseSession(long fuse, Pointer mountpoint, Lookups lookups, Runnable onEnd) {
    this.fuse = fuse;
    this.mountpoint = mountpoint;
    this.session = FUSE.fuse_get_session(fuse);
    this.channel = FUSE.fuse_session_next_chan(session, 0);
    this.bufferBytes = Math.toIntExact(FUSE.fuse_chan_bufsize(channel));
    this.lookups = lookups;
    this.onEnd = onEnd;
  }

  /**
   * Mounts, and serves from now on.
   *
   * @param arguments as of fuse_main
   * @param operations struct fuse_operations, which must outlive the session
   * @param lookups told by the operations what they find
   * @param onEnd called when it isn't served any more, before libfuse frees it
   * @return false: libfuse could not mount, and has said why on standard error
   */
  static boolean start(
      List<String> arguments,
      Pointer operations,
      long operationsBytes,
      Lookups lookups,
      Runnable onEnd) {
    PointerByReference mountpoint = new PointerByReference();
    long fuse =
        FUSE.fuse_setup(
            arguments.size(),
            arguments.toArray(String[]::new),
            operations,
            operationsBytes,
            mountpoint,
            new IntByReference(),
            null);
    if (fuse == 0) {
      return false;
    }
    FuseSession session = new FuseSession(fuse, mountpoint.getValue(), lookups, onEnd);
    lookups.begin(session.channel);
    for (int i = 0; i < MOST_IDLE; i++) {
      session.addThread();
    }
    return true;
  }

  private void addThread() {
    idle.incrementAndGet();
    alive.incrementAndGet();
    String name = "kifs-fuse-" + made.incrementAndGet();
    Thread thread = new Thread(null, this::serve, name, STACK_BYTES);
    thread.setDaemon(true);
    // The last step of an alarm; what takes long is done by others.
    thread.setPriority(Thread.MAX_PRIORITY - 1);
    thread.start();
  }

  private void serve() {
    long buffer = MEMORY.allocateMemory(bufferBytes, false);
    long channelHolder = MEMORY.allocateMemory(Long.BYTES, true);
    try {
      boolean wanted = true;
      while (wanted && FUSE.fuse_session_exited(session) == 0) {
        MEMORY.putAddress(channelHolder, channel);
        int length = FUSE.fuse_chan_recv(channelHolder, buffer, bufferBytes);
        if (length > 0) {
          wanted = answer(buffer, length);
        }
      }
    } finally {
      MEMORY.freeMemory(buffer);
      MEMORY.freeMemory(channelHolder);
      if (alive.decrementAndGet() == 0) {
        end();
      }
    }
  }

  /** Whether this thread shall wait for another request. */
  private boolean answer(long buffer, int length) {
    if (idle.decrementAndGet() == 0) {
      addThread();
    }
    FUSE.fuse_session_process(session, buffer, length, lookups.channelOf(buffer));
    if (idle.incrementAndGet() > MOST_IDLE) {
      idle.decrementAndGet();
      return false;
    }
    return true;
  }

  private void end() {
    onEnd.run();
    lookups.end();
    FUSE.fuse_teardown(fuse, mountpoint);
  }
}
