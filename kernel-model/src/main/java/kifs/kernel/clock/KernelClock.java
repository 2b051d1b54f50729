package kifs.kernel.clock;

/** The kernel's clocks: real for a live kernel, virtual for a simulated one. Thread-safe. */
public interface KernelClock {
  /** CLOCK_BOOTTIME, ns. Never goes back. */
  long boottimeNs();

  /** CLOCK_REALTIME, ns. */
  long realtimeNs();

  /**
   * The calling thread does something by this clock, takes little, and is not to be late: from now
   * on it gets a processor before others, where that is allowed.
   */
  default void keepTime() {}

  /**
   * Processor time that the calling thread has used so far, ns. Where time is made up there are no
   * others who could have had the processor: all of it.
   */
  default long processorTimeNs() {
    return boottimeNs();
  }
}
