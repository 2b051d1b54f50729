package kifs.kernel.procfs.guard;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import kifs.kernel.linux.Descriptors;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.procfs.scan.Scan;
import org.jspecify.annotations.Nullable;

/**
 * One read that a {@link GuardThread} does for another thread, the asker. Either the asker takes
 * the result, or it leaves the read, and then the result is dropped.
 */
final class Ask<T extends @Nullable Object> {
  private static final int PENDING = 0;
  private static final int DONE = 1;
  private static final int LEFT = 2;

  private final GuardedReads.Job<T> job;
  private final int dir;
  private final Thread asker = Thread.currentThread();
  private final AtomicInteger state = new AtomicInteger(PENDING);

  /** Written before the state becomes DONE, read after that. */
  private @Nullable T result;

  private @Nullable Throwable failure;

  /** How many files the job could not open for lack of descriptors. */
  private int unopened;

  /** CPU time that the reading thread has used, ns. */
  private long cpuNs;

  /** Written before the state becomes LEFT, read after that. */
  private StuckProcesses.@Nullable Entry entry;

  /**
   * @param dir an open directory, which {@link #close} closes; or {@link GuardedReads#BY_ID}
   */
  Ask(GuardedReads.Job<T> job, int dir) {
    this.job = job;
    this.dir = dir;
  }

  /**
   * Does the read.
   *
   * @param cpuNs returns, at the end of the read, the CPU time for which the asker has to account
   * @return false if the asker has left the read; the caller must clean up then
   */
  boolean run(Scan scan, LongSupplier cpuNs) {
    int before = Descriptors.unopened();
    try {
      result = job.read(scan, dir);
    } catch (RuntimeException | Error e) {
      // The thread must live on, or the asker would take the process for one that can't be read.
      failure = e;
    }
    unopened = Descriptors.unopened() - before;
    this.cpuNs = cpuNs.getAsLong();
    boolean taken = state.compareAndSet(PENDING, DONE);
    if (taken) {
      LockSupport.unpark(asker);
    }
    return taken;
  }

  /**
   * Waits for the end of the read. An interrupt doesn't end the wait.
   *
   * @return whether the read has ended
   */
  boolean await(long ns) {
    long end = System.nanoTime() + ns;
    boolean interrupted = false;
    for (long left = ns; left > 0 && state.get() == PENDING; left = end - System.nanoTime()) {
      LockSupport.parkNanos(this, left);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return state.get() == DONE;
  }

  /** Leaves the read. Returns false if it has ended meanwhile. */
  boolean leave(StuckProcesses.Entry noted) {
    entry = noted;
    return state.compareAndSet(PENDING, LEFT);
  }

  /** CPU time that a read which has ended took in the reading thread, ns. */
  long cpuNs() {
    return cpuNs;
  }

  /** What {@link #leave} noted. */
  StuckProcesses.@Nullable Entry entry() {
    return entry;
  }

  /**
   * The result of a read that has ended. Throws what the job has thrown. What the job could not
   * open counts as what the asker could not open, see {@link Descriptors#requireAll}.
   */
  @SuppressWarnings("NullAway") // a result of a nullable type may be null
  T result() {
    Descriptors.addUnopened(unopened);
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
    return result;
  }

  void close() {
    if (dir >= 0) {
      Syscalls.close(dir);
    }
  }
}
