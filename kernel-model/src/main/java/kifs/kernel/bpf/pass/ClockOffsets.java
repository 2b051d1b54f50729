package kifs.kernel.bpf.pass;

import java.nio.ByteBuffer;
import kifs.kernel.bpf.layout.Capacity;
import kifs.kernel.bpf.layout.HostLayout;
import kifs.kernel.linux.SchedulerClock;

/**
 * Tells the programs how the scheduler's clock of each processor goes, of which they only know when
 * a thread ran. Thread-safe.
 */
final class ClockOffsets {
  private final SchedulerClock clock;
  private final ByteBuffer host;
  private long told = SchedulerClock.UNKNOWN;

  /**
   * @param host what programs and we tell each other about the host
   */
  ClockOffsets(SchedulerClock clock, ByteBuffer host) {
    this.clock = clock;
    this.host = host;
    tell();
  }

  /**
   * Measures again unless that was done within the last seconds.
   *
   * @return whether the programs were told anything new
   */
  synchronized boolean refresh() {
    long measured = clock.refresh();
    if (measured == told) {
      return false;
    }
    told = measured;
    tell();
    return true;
  }

  private void tell() {
    for (int i = 0; i < Capacity.MAX_CPUS.count(); i++) {
      host.putLong(HostLayout.CLOCK_OFFSET + i * Long.BYTES, clock.offset(i));
    }
  }
}
