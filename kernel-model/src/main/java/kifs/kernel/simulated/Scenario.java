package kifs.kernel.simulated;

/**
 * What happens in a simulated kernel without a caller: a sequence of steps, each due at its own
 * time. The kernel calls every method under its lock, and lets all steps happen that are due before
 * it answers a question or carries out a change. So a step can use the kernel, but can't wait.
 */
public interface Scenario {
  /** CLOCK_BOOTTIME at which the next step is due, ns; {@link Long#MAX_VALUE}: there is none. */
  long nextNs();

  /** Carries out the step that is due; the kernel's time is {@link #nextNs} meanwhile. */
  void step();
}
