package kifs.kernel.bpf;

import java.nio.ByteBuffer;
import kifs.kernel.linux.SchedulerClock;
import kifs.kernel.source.KernelClock;

/**
 * Tells the programs how the scheduler's clock of each processor goes, of which they only know when
 * a thread ran. Thread-safe.
 */
final class ClockOffsets {
  private final ByteBuffer host;
  private final SchedulerClock clock;

  /**
   * @param ownTime tells when the calling thread's time was last counted; null: no program does
   * @param host what programs and we tell each other about the host
   */
  ClockOffsets(KernelClock clock, TestRun ownTime, ByteBuffer host) {
    this.host = host;
    this.clock = new SchedulerClock(clock, () -> execStart(ownTime));
    for (int i = 0; i < SharedLayout.PROCESSORS; i++) {
      put(i, SchedulerClock.UNKNOWN);
    }
  }

  private static long execStart(TestRun ownTime) {
    return ownTime != null && ownTime.run(0) == 0 ? ownTime.left() : -1;
  }

  /**
   * Measures again unless that was done within the last seconds.
   *
   * @return whether it did
   */
  boolean refresh() {
    if (!clock.refresh()) {
      return false;
    }
    for (int i = 0; i < SharedLayout.PROCESSORS; i++) {
      put(i, clock.offset(i));
    }
    return true;
  }

  private void put(int processor, long offset) {
    host.putLong(SharedLayout.CLOCK_OFFSET + processor * Long.BYTES, offset);
  }
}
