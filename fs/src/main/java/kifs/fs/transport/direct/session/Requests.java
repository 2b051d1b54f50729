package kifs.fs.transport.direct.session;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import kifs.fs.transport.Waits;

/**
 * The requests that aren't answered yet, and those of them that wait. A request holds no thread
 * while it waits. Thread-safe.
 */
final class Requests {
  /** A request that isn't answered yet. */
  private static final class Pending {
    private volatile boolean interrupted;
  }

  private final ConcurrentHashMap<Long, Pending> pending = new ConcurrentHashMap<>();
  private final Waits waits = new Waits();

  Waits waits() {
    return waits;
  }

  /** Takes note of a request before anything is done for it. */
  void begin(long unique) {
    pending.put(unique, new Pending());
  }

  /** Takes note that a request is about to be answered. */
  void end(long unique) {
    pending.remove(unique);
  }

  /**
   * Makes a request wait for a future. An interrupt that came before completes it at once.
   *
   * @param then called once, on the thread that completes the future, or on this thread if it is
   *     complete
   */
  <T> void await(long unique, CompletableFuture<T> future, Runnable then) {
    if (future.isDone()) {
      then.run();
      return;
    }
    waits.begin(
        unique,
        future,
        () -> {
          waits.end(unique);
          then.run();
        });
    Pending request = pending.get(unique);
    if (request != null && request.interrupted) {
      waits.interrupt(unique);
    }
  }

  /**
   * Interrupts a request.
   *
   * @return false if there is no such request: it is answered, or another thread has received it
   *     and not yet taken note of it
   */
  boolean interrupt(long unique) {
    Pending request = pending.get(unique);
    if (request == null) {
      return false;
    }
    // The flag is set first: a wait that begins now sees it, and an earlier one is found below.
    request.interrupted = true;
    waits.interrupt(unique);
    return true;
  }

  /** The number of requests that aren't answered yet. */
  int count() {
    return pending.size();
  }
}
