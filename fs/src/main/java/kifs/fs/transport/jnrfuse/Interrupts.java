package kifs.fs.transport.jnrfuse;

import com.kenai.jffi.MemoryIO;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;

/**
 * Waits that a client's signal ends at once. A client whose request doesn't watch for interrupts is
 * beyond even SIGKILL.
 *
 * <p>libfuse 2 keeps the request right behind the context that it hands out. That layout is
 * private, but of a library that isn't changed any more; it is checked at the first wait, by
 * comparing what the request says of its caller with what the context says. Where it doesn't hold,
 * the request is asked every tenth of a second.
 */
final class Interrupts {
  private static final MemoryIO MEMORY = MemoryIO.getInstance();
  private static final LibFuse2 FUSE = LibFuse2.INSTANCE;

  /** sizeof(struct fuse_context) with 64-bit pointers. */
  private static final int REQUEST_BEHIND_CONTEXT = 40;

  /** uid, gid and pid in struct fuse_context. */
  private static final int CONTEXT_CALLER = 8;

  private static final int CALLER_INTS = 3;
  private static final int ASK_EVERY_MS = 100;

  private final ConcurrentHashMap<Long, CompletableFuture<?>> waits = new ConcurrentHashMap<>();
  private final AtomicLong ids = new AtomicLong();

  /** Held here, because libfuse calls it as long as the process lives. */
  private final LibFuse2.InterruptFunction function = this::interrupted;

  private final Pointer callback =
      Runtime.getSystemRuntime()
          .getClosureManager()
          .getClosurePointer(LibFuse2.InterruptFunction.class, function);

  private volatile boolean layoutFits =
      FUSE.fuse_version() == LibFuse2.LAST_VERSION && addressBits() == Long.SIZE;
  private volatile boolean checked;
  private volatile long longestNs = Long.MAX_VALUE;
  private volatile FsException ended;

  /** Whether interrupts are told at once; false: they are asked for. */
  boolean areInstant() {
    return layoutFits;
  }

  /** From now on a wait ends with EAGAIN after that long. */
  void limit(long ns) {
    longestNs = Math.min(longestNs, ns);
  }

  /** Ends every wait with that error, those too that are only about to begin. */
  void endAll(FsException error) {
    ended = error;
    waits.values().forEach(wait -> wait.completeExceptionally(error));
  }

  /** Waits for the future on the callback thread that the request came in on. */
  void await(CompletableFuture<?> future) {
    if (future.isDone()) {
      return;
    }
    if (longestNs != Long.MAX_VALUE) {
      CompletableFuture.delayedExecutor(longestNs, TimeUnit.NANOSECONDS)
          .execute(
              () -> future.completeExceptionally(new FsException(Errno.EAGAIN, "waited too long")));
    }
    long id = ids.incrementAndGet();
    waits.put(id, future);
    // After it can be found: whoever ended all others has seen this one, or is seen here.
    if (ended != null) {
      future.completeExceptionally(ended);
    }
    try {
      if (layoutFits) {
        awaitTold(future, id);
      } else {
        awaitAsking(future);
      }
    } finally {
      waits.remove(id);
    }
  }

  private void awaitTold(CompletableFuture<?> future, long id) {
    long context = FUSE.fuse_get_context();
    long request = MEMORY.getAddress(context + REQUEST_BEHIND_CONTEXT);
    if (!checked && !check(context, request)) {
      awaitAsking(future);
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

  private void awaitAsking(CompletableFuture<?> future) {
    while (!future.isDone()) {
      try {
        future.get(ASK_EVERY_MS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (FUSE.fuse_interrupted() != 0) {
          future.completeExceptionally(interruption());
        }
      } catch (ExecutionException | InterruptedException e) {
        // The error is the caller's to find in the future; nobody interrupts callback threads.
        continue;
      }
    }
  }

  private void interrupted(Pointer request, Pointer data) {
    CompletableFuture<?> wait = waits.get(data == null ? 0 : data.address());
    if (wait != null) {
      wait.completeExceptionally(interruption());
    }
  }

  private static void join(CompletableFuture<?> future) {
    try {
      future.join();
    } catch (CompletionException | CancellationException e) {
      // The error is the caller's to find in the future.
      return;
    }
  }

  private static FsException interruption() {
    return new FsException(Errno.EINTR, "interrupted");
  }

  private static int addressBits() {
    return Runtime.getSystemRuntime().addressSize() * Byte.SIZE;
  }
}
