package kifs.kernel.procfs.guard;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiPredicate;
import kifs.kernel.linux.LinuxClock;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.procfs.scan.Scan;
import org.jspecify.annotations.Nullable;

/**
 * A thread that reads for others, one read at a time. It is a daemon thread, and the waits that it
 * may be left in end with a fatal signal, so that it never keeps the daemon from its end.
 * Thread-safe.
 */
final class GuardThread implements Runnable {
  private static final long STACK_BYTES = 256 * 1024;
  private static final Ask<Boolean> END = new Ask<>((scan, dir) -> true, GuardedReads.BY_ID);

  private final Thread thread = new Thread(null, this, "kifs-guarded-read", STACK_BYTES);
  private final AtomicReference<@Nullable Ask<?>> next = new AtomicReference<>();
  private final BiPredicate<GuardThread, Ask<?>> cameBack;
  private final LinuxClock clock;
  private volatile int tid;

  /** CPU time for which askers have accounted, ns. Used by this thread alone. */
  private long accountedNs;

  /**
   * @param clock measures the CPU time that the reads take
   * @param cameBack is called by this thread when a read ends that its asker has left; returns
   *     whether the thread shall serve further reads
   */
  GuardThread(LinuxClock clock, BiPredicate<GuardThread, Ask<?>> cameBack) {
    this.clock = clock;
    this.cameBack = cameBack;
    thread.setDaemon(true);
    thread.start();
  }

  /** Begins a read. The thread must have ended the one before. */
  void begin(Ask<?> ask) {
    next.set(ask);
    LockSupport.unpark(thread);
  }

  /** Ends the thread. The kernel then detaches it from every thread that it traces. */
  void end() {
    begin(END);
  }

  /** The id of the thread; 0 before it runs. */
  int tid() {
    return tid;
  }

  @Override
  public void run() {
    tid = Syscalls.gettid();
    Scan scan = new Scan();
    for (Ask<?> ask = take(); ask != END; ask = take()) {
      if (!ask.run(scan, this::unaccountedNs) && !cameBack.test(this, ask)) {
        return;
      }
    }
  }

  /**
   * CPU time that this thread has used since the end of the read before, ns. So the handover is
   * part of the cost of a read; it often takes longer than the read itself.
   */
  private long unaccountedNs() {
    long beforeNs = accountedNs;
    accountedNs = clock.cpuTimeNs();
    return accountedNs - beforeNs;
  }

  private Ask<?> take() {
    for (; ; ) {
      Ask<?> ask = next.getAndSet(null);
      if (ask != null) {
        return ask;
      }
      LockSupport.park(this);
    }
  }
}
