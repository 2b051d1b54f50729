package kifs.kernel.linux;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import kifs.kernel.clock.KernelClock;

/**
 * Turns times of the scheduler's clock, in which the kernel notes when a thread ran, into boot
 * time. Each processor has a clock of its own, which loses what interrupts and a hypervisor take
 * (IRQ_TIME_ACCOUNTING, steal time): tens of milliseconds after an hour on a virtual machine. So
 * the offset is measured on each, by a thread of our own that runs there, gives the processor up,
 * which makes the kernel count its time, and reads when that was.
 *
 * <p>The error is some microseconds; what a processor's clock has lost between the thread's last
 * run and the latest measurement, at most ten seconds ago; on processors that we may not run on,
 * the difference to the others; and for a thread that last ran before a suspend, the time of the
 * suspend: it seems to have run later than it did. No result lies in the future. Thread-safe.
 */
public final class SchedulerClock {
  /** Processors from this number on are not known. */
  public static final int PROCESSORS = 1024;

  /** The offset of a processor that could not be measured. */
  public static final long UNKNOWN = Long.MIN_VALUE;

  private static final int MASK_BYTES = PROCESSORS / Byte.SIZE;
  private static final int TRIES = 8;
  private static final long GOOD_NS = 50_000;
  private static final long FRESH_NS = 10_000_000_000L;

  private final KernelClock clock;
  private volatile LongSupplier execStart;
  private final AtomicLongArray offsets = new AtomicLongArray(PROCESSORS);
  private volatile long anyOffset = UNKNOWN;
  private long measured = UNKNOWN;

  /**
   * @param execStart when the calling thread's time was last counted, on the scheduler's clock, ns;
   *     -1: not told
   */
  public SchedulerClock(KernelClock clock, LongSupplier execStart) {
    this.clock = clock;
    this.execStart = execStart;
    for (int i = 0; i < PROCESSORS; i++) {
      offsets.set(i, UNKNOWN);
    }
  }

  /**
   * From the next measurement on, there is a faster way to tell it.
   *
   * @param faster like the constructor's, which is asked where this says -1
   */
  public void tellExecStartBy(LongSupplier faster) {
    LongSupplier known = execStart;
    execStart =
        () -> {
          long told = faster.getAsLong();
          return told >= 0 ? told : known.getAsLong();
        };
  }

  /**
   * Measures again unless that was done within the last seconds.
   *
   * @return CLOCK_BOOTTIME of the latest measurement, ns
   */
  public synchronized long refresh() {
    if (measured != UNKNOWN && clock.boottimeNs() - measured < FRESH_NS) {
      return measured;
    }
    // A thread for this alone: whatever happens, no other is left tied to a processor.
    Thread thread = new Thread(this::measureAll, "kifs-scheduler-clock");
    thread.setDaemon(true);
    thread.start();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    measured = clock.boottimeNs();
    return measured;
  }

  /**
   * Boot time less the scheduler's clock of a processor, ns; of one that could not be measured that
   * of another one, or {@link #UNKNOWN}.
   */
  public long offset(int processor) {
    long own = processor >= 0 && processor < PROCESSORS ? offsets.get(processor) : UNKNOWN;
    return own != UNKNOWN ? own : anyOffset;
  }

  /**
   * When that was, by CLOCK_BOOTTIME.
   *
   * @param ranAt ns of the scheduler's clock
   * @param processor on which the thread last ran
   * @return ns; -1: can't be told
   */
  public long boottimeNs(long ranAt, int processor) {
    long best = offset(processor);
    return best == UNKNOWN ? -1 : Math.min(Math.max(ranAt + best, 0), clock.boottimeNs());
  }

  private void measureAll() {
    NativeBuffer allowed = NativeBuffer.allocate(MASK_BYTES);
    NativeBuffer one = NativeBuffer.allocate(MASK_BYTES);
    Syscalls.getAffinity(MASK_BYTES, allowed.address());
    for (int processor = 0; processor < PROCESSORS; processor++) {
      // Words of 64 bits in the host's order: the same place on both little-endian processors.
      int at = processor / Byte.SIZE;
      int bit = 1 << processor % Byte.SIZE;
      if ((allowed.buffer().get(at) & bit) != 0) {
        one.buffer().put(at, (byte) bit);
        if (Syscalls.setAffinity(MASK_BYTES, one.address()) >= 0) {
          measure(processor);
        }
        one.buffer().put(at, (byte) 0);
      }
    }
  }

  /**
   * The kernel counts our time as we give the processor up, and again as we get it back: so what it
   * noted lies just before {@code after}, however long others ran in between. It would lie behind
   * it if we lost the processor right then: such tries take long, and don't count if others do.
   */
  private void measure(int processor) {
    long best = UNKNOWN;
    long bestTook = Long.MAX_VALUE;
    for (int i = 0; i < TRIES; i++) {
      Syscalls.yieldProcessor();
      long after = clock.boottimeNs();
      long counted = execStart.getAsLong();
      long took = clock.boottimeNs() - after;
      boolean good = took < GOOD_NS && (bestTook >= GOOD_NS || after - counted < best);
      if (counted >= 0 && (good || best == UNKNOWN || bestTook >= GOOD_NS && took < bestTook)) {
        best = after - counted;
        bestTook = took;
      }
    }
    if (best != UNKNOWN) {
      offsets.set(processor, best);
      anyOffset = best;
    }
  }
}
