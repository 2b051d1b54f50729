package kifs.kernel.source;

/** The kernel's clocks: real for a live kernel, virtual for a simulated one. Thread-safe. */
public interface KernelClock {
  /** CLOCK_BOOTTIME, ns. Never goes back. */
  long boottimeNs();

  /** CLOCK_REALTIME, ns. */
  long realtimeNs();

  /**
   * Processor time that the calling thread has used so far, ns. Where time is made up there are no
   * others who could have had the processor: all of it.
   */
  default long processorTimeNs() {
    return boottimeNs();
  }
}
