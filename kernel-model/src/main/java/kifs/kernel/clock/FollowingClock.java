package kifs.kernel.clock;

/**
 * A clock that starts at a made-up time and follows real time from then on: for simulated kernels
 * that are mounted. Thread-safe.
 */
public final class FollowingClock implements KernelClock {
  private final long startNs = System.nanoTime();
  private final long boottimeNs;
  private final long realtimeNs;

  /**
   * @param boottimeNs CLOCK_BOOTTIME now
   * @param realtimeNs CLOCK_REALTIME now
   */
  public FollowingClock(long boottimeNs, long realtimeNs) {
    this.boottimeNs = boottimeNs;
    this.realtimeNs = realtimeNs;
  }

  @Override
  public long boottimeNs() {
    return boottimeNs + passed();
  }

  @Override
  public long realtimeNs() {
    return realtimeNs + passed();
  }

  private long passed() {
    return System.nanoTime() - startNs;
  }
}
