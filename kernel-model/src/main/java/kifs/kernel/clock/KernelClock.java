package kifs.kernel.clock;

/** The kernel's clocks: real for a live kernel, made up for a simulated one. Thread-safe. */
public interface KernelClock {
  /** CLOCK_BOOTTIME, ns. Never decreases. */
  long boottimeNs();

  /** CLOCK_REALTIME, ns. */
  long realtimeNs();

  /**
   * Declares that the calling thread does short work by this clock and must not be late. From now
   * on the thread gets a CPU before others, if the system allows it.
   */
  default void keepTime() {}

  /**
   * CPU time that the calling thread has used so far, and that other threads have used for it, ns.
   * With a made-up clock no other thread competes for the CPU, so the thread has used all the time.
   */
  default long cpuTimeNs() {
    return boottimeNs();
  }
}
