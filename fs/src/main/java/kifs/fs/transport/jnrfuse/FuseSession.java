package kifs.fs.transport.jnrfuse;

import com.kenai.jffi.MemoryIO;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import jnr.ffi.Pointer;
import jnr.ffi.byref.IntByReference;
import jnr.ffi.byref.PointerByReference;
import kifs.kernel.source.Shortage;

/**
 * A mounted libfuse session that Java threads serve: one thread for each request in progress, and a
 * few that wait for the next request. The loop of libfuse would use native threads instead. Each of
 * their first thousand callbacks would attach the thread to the JVM and detach it again.
 * Thread-safe.
 */
final class FuseSession {
  private static final MemoryIO MEMORY = MemoryIO.getInstance();
  private static final LibFuse2 FUSE = LibFuse2.INSTANCE;

  /**
   * Idle threads that are kept. They start with the session, so clients that poll need no new
   * thread, nor do the dozen simultaneous requests by which the kernel reads a bulk ahead. Further
   * threads end when they are idle.
   */
  private static final int MAX_IDLE = 16;

  /**
   * Stack of a thread. Callbacks are shallow, and a thousand blocked opens should not reserve a
   * gigabyte.
   */
  private static final long STACK_BYTES = 256 * 1024;

  private final long fuse;
  private final Pointer mountpoint;
  private final long session;
  private final long channel;
  private final int bufferBytes;
  private final Lookups lookups;
  private final Runnable onExit;
  private final Runnable onEnd;
  private final AtomicInteger idle = new AtomicInteger();
  private final AtomicInteger alive = new AtomicInteger();
  private final AtomicInteger made = new AtomicInteger();

  /** Whether the system has refused the last thread. */
  private volatile boolean isRefused;

  private FuseSession(
      long fuse, Pointer mountpoint, Lookups lookups, Runnable onExit, Runnable onEnd) {
    this.fuse = fuse;
    this.mountpoint = mountpoint;
    this.session = FUSE.fuse_get_session(fuse);
    this.channel = FUSE.fuse_session_next_chan(session, 0);
    this.bufferBytes = Math.toIntExact(FUSE.fuse_chan_bufsize(channel));
    this.lookups = lookups;
    this.onExit = onExit;
    this.onEnd = onEnd;
  }

  /**
   * Mounts a tree and begins to serve it.
   *
   * @param arguments the arguments of fuse_main
   * @param operations a struct fuse_operations, which must outlive the session
   * @param lookups the operations pass it the nodes that they find
   * @param interrupts the operations wait by it
   * @param onExit called when the kernel has ended the session, perhaps several times. It ends the
   *     waits, so that their threads end, too
   * @param onEnd called after the last request was answered, before libfuse frees the session
   * @return false if libfuse could not mount; it has written the reason to standard error
   */
  static boolean start(
      List<String> arguments,
      Pointer operations,
      long operationsBytes,
      Lookups lookups,
      Interrupts interrupts,
      Runnable onExit,
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
    FuseSession session = new FuseSession(fuse, mountpoint.getValue(), lookups, onExit, onEnd);
    lookups.begin(session.channel);
    interrupts.waitOnlyIf(session::canServeOthers);
    for (int i = 0; i < MAX_IDLE; i++) {
      session.addThread();
    }
    return true;
  }

  /** Whether some thread waits for the next request, or can be made. */
  private boolean canServeOthers() {
    return !isRefused || idle.get() > 0;
  }

  /**
   * Adds a thread unless the system refuses one. Then this request must not wait, see {@link
   * #canServeOthers}, because nobody would be left to serve others, or to notice its interrupt.
   */
  private void addThreadIfPossible() {
    try {
      addThread();
      isRefused = false;
    } catch (OutOfMemoryError e) {
      isRefused = true;
      idle.decrementAndGet();
      alive.decrementAndGet();
      Shortage.THREADS.note();
    }
  }

  private void addThread() {
    idle.incrementAndGet();
    alive.incrementAndGet();
    String name = "kifs-fuse-" + made.incrementAndGet();
    Thread thread = new Thread(null, this::serve, name, STACK_BYTES);
    thread.setDaemon(true);
    // These threads do the last step of an alarm, so they have a high priority. Other threads do
    // what takes long.
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
      if (wanted) {
        onExit.run();
      }
    } finally {
      MEMORY.freeMemory(buffer);
      MEMORY.freeMemory(channelHolder);
      if (alive.decrementAndGet() == 0) {
        end();
      }
    }
  }

  /** Answers a request. Returns whether this thread should wait for another one. */
  private boolean answer(long buffer, int length) {
    if (idle.decrementAndGet() == 0) {
      addThreadIfPossible();
    }
    FUSE.fuse_session_process(session, buffer, length, lookups.channelOf(buffer));
    if (idle.incrementAndGet() > MAX_IDLE) {
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
