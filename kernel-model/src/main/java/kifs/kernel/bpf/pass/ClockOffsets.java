package kifs.kernel.bpf.pass;

import java.nio.ByteBuffer;
import kifs.kernel.bpf.layout.Capacity;
import kifs.kernel.bpf.layout.HostLayout;
import kifs.kernel.linux.SchedulerClock;

/**
 * Publishes the offset of each CPU's {@code sched_clock} to the programs. The kernel notes in
 * {@code sched_clock} when a thread ran, and a program needs the offset to convert that time.
 * Thread-safe: guarded by this.
 */
final class ClockOffsets {
  private final SchedulerClock clock;
  private final ByteBuffer host;
  private long published = SchedulerClock.UNKNOWN;

  /**
   * @param host the memory that the programs and the daemon share, see {@link HostLayout}
   */
  ClockOffsets(SchedulerClock clock, ByteBuffer host) {
    this.clock = clock;
    this.host = host;
    publish();
  }

  /**
   * Measures the offsets again unless the last measurement is less than ten seconds old.
   *
   * @return whether new offsets were published
   */
  synchronized boolean refresh() {
    long measured = clock.refresh();
    if (measured == published) {
      return false;
    }
    published = measured;
    publish();
    return true;
  }

  private void publish() {
    for (int i = 0; i < Capacity.MAX_CPUS.count(); i++) {
      host.putLong(HostLayout.CLOCK_OFFSET + i * Long.BYTES, clock.offset(i));
    }
  }
}
