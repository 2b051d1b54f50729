package kifs.kernel.linux;

import kifs.kernel.clock.KernelClock;

/** The clocks of this host. Thread-safe. Reading a clock costs some ten nanoseconds. */
public final class LinuxClock implements KernelClock {
  private static final int TIMEKEEPER_NICE = -10;
  private static final int TIMESPEC_BYTES = 16;
  private static final long NS_PER_S = 1_000_000_000L;

  private final TimeOffsets offsets = TimeOffsets.own();

  // Each thread has its own timespec, because the kernel writes into it.
  private final ThreadLocal<NativeBuffer> timespec =
      ThreadLocal.withInitial(() -> NativeBuffer.allocate(TIMESPEC_BYTES));

  /** CPU time that other threads have used for each thread, ns. */
  private final ThreadLocal<long[]> usedByOthersNs = ThreadLocal.withInitial(() -> new long[1]);

  @Override
  public long boottimeNs() {
    return read(Syscalls.CLOCK_BOOTTIME);
  }

  @Override
  public long realtimeNs() {
    return read(Syscalls.CLOCK_REALTIME);
  }

  /**
   * {@inheritDoc} It sets the thread's nice value to -10. Without CAP_SYS_NICE the kernel refuses
   * that, and nothing changes.
   */
  @Override
  public void keepTime() {
    Syscalls.setNice(TIMEKEEPER_NICE);
  }

  @Override
  public long cpuTimeNs() {
    return read(Syscalls.CLOCK_THREAD_CPUTIME_ID) + usedByOthersNs.get()[0];
  }

  /**
   * Counts CPU time that another thread has used for the calling one, so that {@link #cpuTimeNs}
   * has the whole cost of its work.
   *
   * @param ns as that other thread has measured it
   */
  public void addCpuTimeNs(long ns) {
    usedByOthersNs.get()[0] += ns;
  }

  /**
   * CLOCK_MONOTONIC of the first time namespace, by which the kernel dates its messages, ns. It
   * doesn't count the time in which the host was suspended.
   */
  public long kernelMonotonicNs() {
    return read(Syscalls.CLOCK_MONOTONIC) - offsets.monotonicNs();
  }

  private long read(int clock) {
    NativeBuffer time = timespec.get();
    Syscalls.clockGettime(clock, time.address());
    return time.buffer().getLong(0) * NS_PER_S + time.buffer().getLong(8);
  }
}
