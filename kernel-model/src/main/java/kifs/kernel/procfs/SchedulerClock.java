package kifs.kernel.procfs;

import java.util.concurrent.atomic.AtomicLongArray;
import kifs.kernel.linux.LibC;
import kifs.kernel.source.KernelClock;

/**
 * Turns times of the scheduler's clock, which {@code sched} files hold, into boot time. The offset
 * is measured on a thread of our own: it gives its processor up, which makes the kernel count its
 * time, and reads when that was.
 *
 * <p>The error is the time between those two, some microseconds, plus two things that can't be
 * seen: where the kernel takes interrupts or a hypervisor's time off a processor's clock
 * (IRQ_TIME_ACCOUNTING, steal time), the clocks of processors differ by what each has lost since
 * boot, and only those on which a pass happened to run are measured; for the others the latest
 * measured one stands in. And a thread that last ran before a suspend seems to have run later than
 * it did, by the time of the suspend. No result lies in the future. Thread-safe.
 */
final class SchedulerClock {
  private static final int PROCESSORS = 1024;
  private static final int TRIES = 3;
  private static final long GOOD_NS = 50_000;
  private static final long FRESH_NS = 1_000_000_000L;
  private static final long UNKNOWN = Long.MIN_VALUE;

  private final KernelClock clock;
  private final int root;
  private final AtomicLongArray offsets = new AtomicLongArray(PROCESSORS);
  private volatile long offset = UNKNOWN;
  private volatile long measured = UNKNOWN;

  SchedulerClock(KernelClock clock, int root) {
    this.clock = clock;
    this.root = root;
    for (int i = 0; i < PROCESSORS; i++) {
      offsets.set(i, UNKNOWN);
    }
  }

  /** Measures again unless that was done within the last second. */
  void refresh(Scan scan) {
    if (measured == UNKNOWN || clock.boottimeNs() - measured > FRESH_NS) {
      measure(scan);
    }
  }

  /** Whether this kernel tells it at all. */
  boolean isKnown() {
    return offset != UNKNOWN;
  }

  /**
   * When that was, by CLOCK_BOOTTIME.
   *
   * @param execStart ns of the scheduler's clock
   * @param processor on which the thread last ran
   * @return ns; -1: can't be told
   */
  long boottimeNs(long execStart, int processor) {
    long own = processor >= 0 && processor < PROCESSORS ? offsets.get(processor) : UNKNOWN;
    long best = own != UNKNOWN ? own : offset;
    return best == UNKNOWN ? -1 : Math.min(Math.max(execStart + best, 0), clock.boottimeNs());
  }

  private void measure(Scan scan) {
    int self = LibC.gettid();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < TRIES && least > GOOD_NS; i++) {
      int processor = LibC.processor();
      long before = clock.boottimeNs();
      LibC.yieldProcessor();
      long after = clock.boottimeNs();
      scan.at(root, self);
      int length = scan.load(Name.SCHED);
      long execStart = length < 0 ? -1 : SchedFile.execStart(scan.cursor);
      // Moved meanwhile: the clock that was read may be either processor's.
      if (execStart >= 0 && after - before < least && processor == LibC.processor()) {
        least = after - before;
        offset = before - execStart;
        if (processor >= 0 && processor < PROCESSORS) {
          offsets.set(processor, offset);
        }
      }
    }
    measured = clock.boottimeNs();
  }
}
