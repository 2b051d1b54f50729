package kifs.fs.transport.jnrfuse;

import com.kenai.jffi.MemoryIO;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import kifs.fs.transport.Waits;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;

/**
 * Ends waits as soon as the client gets a signal. Without this, not even SIGKILL would end a client
 * that waits for an answer. Thread-safe.
 *
 * <p>libfuse 2 stores the pointer to the request directly after the context that it passes to
 * callbacks. This layout is private, but libfuse 2 is no longer changed. The first wait checks the
 * layout: the caller in the request must equal the caller in the context. If they differ, every
 * wait asks libfuse every 100 ms whether its request was interrupted.
 */
final class Interrupts {
  private static final MemoryIO MEMORY = MemoryIO.getInstance();
  private static final LibFuse2 FUSE = LibFuse2.INSTANCE;

  /** Offset of the request's pointer: sizeof(struct fuse_context) with 64-bit pointers. */
  private static final int REQUEST_AFTER_CONTEXT = 40;

  /** Offset of uid, gid and pid in struct fuse_context. */
  private static final int CONTEXT_CALLER = 8;

  private static final int CALLER_INTS = 3;
  private static final int POLL_INTERVAL_MS = 100;

  private final Waits waits = new Waits();
  private final AtomicLong ids = new AtomicLong();

  /**
   * This field keeps the function from the garbage collector, because libfuse can call it at any
   * time.
   */
  private final LibFuse2.InterruptFunction function = this::interrupted;

  private final Pointer callback =
      Runtime.getSystemRuntime()
          .getClosureManager()
          .getClosurePointer(LibFuse2.InterruptFunction.class, function);

  private volatile boolean layoutFits =
      FUSE.fuse_version() == LibFuse2.LAST_VERSION && addressBits() == Long.SIZE;
  private volatile boolean checked;
  private volatile BooleanSupplier mayWait = () -> true;

  /** Whether libfuse reports interrupts at once. If not, waits ask for them every 100 ms. */
  boolean areInstant() {
    return layoutFits;
  }

  /** The waits. {@link #await} begins and ends them. */
  Waits waits() {
    return waits;
  }

  /**
   * Sets the condition under which a request may wait. If it isn't met, the wait ends with EAGAIN.
   */
  void waitOnlyIf(BooleanSupplier condition) {
    mayWait = condition;
  }

  /** Waits for a future, on the thread that serves the request. Errors stay in the future. */
  void await(CompletableFuture<?> future) {
    if (future.isDone()) {
      return;
    }
    if (!mayWait.getAsBoolean()) {
      future.completeExceptionally(new FsException(Errno.EAGAIN, "no thread is left"));
      return;
    }
    long id = ids.incrementAndGet();
    waits.begin(id, future, () -> {});
    try {
      if (layoutFits) {
        awaitWithCallback(future, id);
      } else {
        awaitByPolling(future, id);
      }
    } finally {
      waits.end(id);
    }
  }

  private void awaitWithCallback(CompletableFuture<?> future, long id) {
    long context = FUSE.fuse_get_context();
    long request = MEMORY.getAddress(context + REQUEST_AFTER_CONTEXT);
    if (!checked && !check(context, request)) {
      awaitByPolling(future, id);
      return;
    }
    FUSE.fuse_req_interrupt_func(request, callback, id);
    try {
      join(future);
    } finally {
      FUSE.fuse_req_interrupt_func(request, null, 0);
    }
  }

  private boolean check(long context, long request) {
    boolean fits = request != 0;
    if (fits) {
      long caller = FUSE.fuse_req_ctx(request);
      for (int i = 0; i < CALLER_INTS * Integer.BYTES; i += Integer.BYTES) {
        fits &= MEMORY.getInt(caller + i) == MEMORY.getInt(context + CONTEXT_CALLER + i);
      }
    }
    layoutFits = fits;
    checked = fits;
    return fits;
  }

  private void awaitByPolling(CompletableFuture<?> future, long id) {
    while (!future.isDone()) {
      try {
        future.get(POLL_INTERVAL_MS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (FUSE.fuse_interrupted() != 0) {
          waits.interrupt(id);
        }
      } catch (ExecutionException | InterruptedException e) {
        // The caller finds the error in the future, and no code interrupts the threads of
        // callbacks.
      }
    }
  }

  private void interrupted(Pointer request, Pointer data) {
    waits.interrupt(data == null ? 0 : data.address());
  }

  private static void join(CompletableFuture<?> future) {
    try {
      future.join();
    } catch (CompletionException | CancellationException e) {
      // The caller finds the error in the future.
      return;
    }
  }

  private static int addressBits() {
    return Runtime.getSystemRuntime().addressSize() * Byte.SIZE;
  }
}
