package kifs.kernel.clock;

/**
 * A clock that starts at a made-up time and then advances with real time, for simulated kernels
 * that are mounted. Immutable and thread-safe.
 */
public final class FollowingClock implements KernelClock {
  private final long startNs = System.nanoTime();
  private final long boottimeNs;
  private final long realtimeNs;

  /**
   * @param boottimeNs CLOCK_BOOTTIME now, ns
   * @param realtimeNs CLOCK_REALTIME now, ns
   */
  public FollowingClock(long boottimeNs, long realtimeNs) {
    this.boottimeNs = boottimeNs;
    this.realtimeNs = realtimeNs;
  }

  @Override
  public long boottimeNs() {
    return boottimeNs + elapsedNs();
  }

  @Override
  public long realtimeNs() {
    return realtimeNs + elapsedNs();
  }

  private long elapsedNs() {
    return System.nanoTime() - startNs;
  }
}
