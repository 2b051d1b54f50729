package kifs.fs.transport.direct;

import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicInteger;
import kifs.fs.transport.direct.protocol.InitReply;
import kifs.fs.transport.direct.session.Session;
import kifs.kernel.linux.Syscalls;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that receive requests and answer those that need not wait. Their number is fixed.
 * Thread-safe.
 */
final class Receivers {
  private static final Logger LOG = LoggerFactory.getLogger(Receivers.class);
  private static final MemoryIO MEMORY = MemoryIO.getInstance();

  /**
   * More than CPUs: an answer may take some milliseconds (a bulk of one entity, a file of a process
   * that is busy), and others should not wait for it.
   */
  private static final int COUNT = 8;

  private static final long STACK_BYTES = 256 * 1024;

  private final Device device;
  private final Session session;
  private final Runnable onEnd;
  private final AtomicInteger alive = new AtomicInteger(COUNT);

  /**
   * @param onEnd called once, on the last of the threads, when the session has ended
   */
  Receivers(Device device, Session session, Runnable onEnd) {
    this.device = device;
    this.session = session;
    this.onEnd = onEnd;
  }

  /** Starts the threads. */
  void start() {
    for (int i = 1; i <= COUNT; i++) {
      Thread thread = new Thread(null, this::run, "kifs-fuse-" + i, STACK_BYTES);
      thread.setDaemon(true);
      // These threads do the last step of an alarm, so they have a high priority.
      thread.setPriority(Thread.MAX_PRIORITY - 1);
      thread.start();
    }
  }

  private void run() {
    try {
      receive();
    } finally {
      if (alive.decrementAndGet() == 0) {
        onEnd.run();
      }
    }
  }

  private void receive() {
    int bytes = InitReply.REQUEST_BYTES;
    long address = MEMORY.allocateMemory(bytes, false);
    try {
      ByteBuffer buffer = MEMORY.newDirectByteBuffer(address, bytes).order(ByteOrder.nativeOrder());
      int length;
      do {
        length = device.receive(address, bytes);
        if (length > 0) {
          serve(buffer, length);
        }
      } while (goesOn(length));
    } finally {
      MEMORY.freeMemory(address);
    }
  }

  /**
   * Serves a request. Whatever goes wrong, this thread goes on: there are no others in its place.
   */
  private void serve(ByteBuffer buffer, int length) {
    try {
      session.serve(buffer, length);
    } catch (Throwable e) {
      LOG.error("a request was not answered", e);
    }
  }

  /**
   * Whether the session goes on. ENOENT means that a request was interrupted before it was read.
   */
  private static boolean goesOn(int length) {
    switch (length) {
      case -Syscalls.ENOENT, -Syscalls.EINTR, -Syscalls.EAGAIN -> {
        return true;
      }
      case -ENODEV, -ECONNABORTED -> {
        return false;
      }
      default -> {
        if (length < 0) {
          LOG.error("no more requests can be received: errno {}", -length);
        }
        return length > 0;
      }
    }
  }

  /** The tree was unmounted, or the connection was aborted. */
  private static final int ENODEV = 19;

  private static final int ECONNABORTED = 103;
}
