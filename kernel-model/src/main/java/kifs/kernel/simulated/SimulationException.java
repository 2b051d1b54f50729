package kifs.kernel.simulated;

/** A simulated kernel was told something impossible: a pid that is taken, a thread that is gone. */
public final class SimulationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SimulationException(String message) {
    super(message);
  }
}
