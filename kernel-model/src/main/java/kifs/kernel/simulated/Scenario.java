package kifs.kernel.simulated;

/**
 * A sequence of changes that happen in a simulated kernel without a caller, each at its own time.
 * The kernel calls every method under its lock, and carries out all steps that are due before each
 * read and each change. So a step may use the kernel, but must not wait.
 */
public interface Scenario {
  /** CLOCK_BOOTTIME at which the next step is due, ns; {@link Long#MAX_VALUE}: never. */
  long nextNs();

  /** Carries out the next step. The kernel's time is the time of the step meanwhile. */
  void step();
}
