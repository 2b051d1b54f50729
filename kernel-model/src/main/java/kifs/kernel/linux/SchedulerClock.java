package kifs.kernel.linux;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import kifs.kernel.clock.KernelClock;

/**
 * Converts times of {@code sched_clock}, by which the kernel records when a thread ran, to boot
 * time. Each CPU has its own clock. It loses the time of interrupts and of the hypervisor
 * (IRQ_TIME_ACCOUNTING, steal time), which is tens of milliseconds after an hour on a virtual
 * machine. So the offset is measured on each CPU. A thread of the daemon runs there and yields the
 * CPU, which makes the kernel account the thread's time; then the thread reads the time at which
 * the kernel did so.
 *
 * <p>The error is the sum of these parts:
 *
 * <ul>
 *   <li>some microseconds;
 *   <li>what the CPU's clock has lost between the thread's last run and the latest measurement,
 *       which is at most ten seconds old after {@link #refresh};
 *   <li>on CPUs on which the daemon may not run, the difference to the clocks of other CPUs;
 *   <li>for a thread that last ran before a suspend, the duration of the suspend: the thread seems
 *       to have run later than it did.
 * </ul>
 *
 * <p>No result lies in the future. Thread-safe: {@link #refresh} is guarded by this, the offsets
 * are atomic.
 */
public final class SchedulerClock {
  /** Offsets are known only for CPUs with a number less than this. */
  public static final int MAX_CPUS = 1024;

  /** The offset of a CPU that could not be measured. */
  public static final long UNKNOWN = Long.MIN_VALUE;

  private static final int MASK_BYTES = MAX_CPUS / Byte.SIZE;
  private static final int MAX_TRIES = 8;

  /** A try that takes at least this long may include time in which other threads ran. */
  private static final long MAX_GOOD_NS = 50_000;

  private static final long MAX_AGE_NS = 10_000_000_000L;

  private final KernelClock clock;
  private volatile LongSupplier execStart;
  private final AtomicLongArray offsets = new AtomicLongArray(MAX_CPUS);
  private volatile long anyOffset = UNKNOWN;

  /** CLOCK_BOOTTIME of the latest measurement, ns. Guarded by this. */
  private long measuredNs = UNKNOWN;

  /**
   * @param execStart returns the time by {@code sched_clock} at which the kernel last accounted the
   *     calling thread's CPU time, ns; -1 if not known
   */
  public SchedulerClock(KernelClock clock, LongSupplier execStart) {
    this.clock = clock;
    this.execStart = execStart;
    for (int i = 0; i < MAX_CPUS; i++) {
      offsets.set(i, UNKNOWN);
    }
  }

  /**
   * Sets a faster way to read the exec start of the calling thread. The next measurement uses it.
   *
   * @param faster replaces the function of the constructor, which is still used if this returns -1
   */
  public void readExecStartFrom(LongSupplier faster) {
    LongSupplier known = execStart;
    execStart =
        () -> {
          long reported = faster.getAsLong();
          return reported >= 0 ? reported : known.getAsLong();
        };
  }

  /**
   * Measures the offsets of all CPUs, unless the latest measurement is less than ten seconds old.
   *
   * @return CLOCK_BOOTTIME of the latest measurement, ns
   */
  public synchronized long refresh() {
    if (measuredNs != UNKNOWN && clock.boottimeNs() - measuredNs < MAX_AGE_NS) {
      return measuredNs;
    }
    // Measuring binds a thread to one CPU after another. It has a thread of its own, so that no
    // other
    // thread stays bound, whatever happens.
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
    measuredNs = clock.boottimeNs();
    return measuredNs;
  }

  /**
   * Boot time minus {@code sched_clock} of a CPU, ns. For a CPU that could not be measured it is
   * the offset of another one, or {@link #UNKNOWN} if there is none.
   */
  public long offset(int cpu) {
    long own = cpu >= 0 && cpu < MAX_CPUS ? offsets.get(cpu) : UNKNOWN;
    return own != UNKNOWN ? own : anyOffset;
  }

  /**
   * Converts a time at which a thread ran to CLOCK_BOOTTIME.
   *
   * @param ranAt time by {@code sched_clock}, ns
   * @param cpu the CPU on which the thread last ran
   * @return ns; -1 if no offset is known
   */
  public long boottimeNs(long ranAt, int cpu) {
    long best = offset(cpu);
    return best == UNKNOWN ? -1 : Math.min(Math.max(ranAt + best, 0), clock.boottimeNs());
  }

  private void measureAll() {
    NativeBuffer allowed = NativeBuffer.allocate(MASK_BYTES);
    NativeBuffer one = NativeBuffer.allocate(MASK_BYTES);
    Syscalls.getAffinity(MASK_BYTES, allowed.address());
    for (int cpu = 0; cpu < MAX_CPUS; cpu++) {
      // The mask consists of 64-bit words in the host's byte order. Both supported architectures
      // are
      // little-endian, so the bytes are in ascending order.
      int at = cpu / Byte.SIZE;
      int bit = 1 << cpu % Byte.SIZE;
      if ((allowed.buffer().get(at) & bit) != 0) {
        one.buffer().put(at, (byte) bit);
        if (Syscalls.setAffinity(MASK_BYTES, one.address()) >= 0) {
          measure(cpu);
        }
        one.buffer().put(at, (byte) 0);
      }
    }
  }

  /**
   * Measures the offset of the CPU on which this thread runs. The kernel accounts the thread's time
   * when the thread yields the CPU, and again when it gets the CPU back. So the recorded time lies
   * just before {@code after}, however long other threads ran in between. It lies after {@code
   * after} only if the thread loses the CPU at that moment. Such a try takes long, and is used only
   * if all tries do.
   */
  private void measure(int cpu) {
    long best = UNKNOWN;
    long bestTookNs = Long.MAX_VALUE;
    for (int i = 0; i < MAX_TRIES; i++) {
      Syscalls.yieldCpu();
      long after = clock.boottimeNs();
      long counted = execStart.getAsLong();
      long tookNs = clock.boottimeNs() - after;
      boolean good = tookNs < MAX_GOOD_NS && (bestTookNs >= MAX_GOOD_NS || after - counted < best);
      if (counted >= 0
          && (good || best == UNKNOWN || bestTookNs >= MAX_GOOD_NS && tookNs < bestTookNs)) {
        best = after - counted;
        bestTookNs = tookNs;
      }
    }
    if (best != UNKNOWN) {
      offsets.set(cpu, best);
      anyOffset = best;
    }
  }
}
