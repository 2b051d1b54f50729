package kifs.kernel.source;

/** The kernel's clocks: real for a live kernel, virtual for a simulated one. Thread-safe. */
public interface KernelClock {
  /** CLOCK_BOOTTIME, ns. Never goes back. */
  long boottimeNs();

  /** CLOCK_REALTIME, ns. */
  long realtimeNs();
}
