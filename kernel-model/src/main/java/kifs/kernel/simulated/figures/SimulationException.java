package kifs.kernel.simulated.figures;

/** A test or script asked for something impossible: a pid in use, a thread that has ended. */
public final class SimulationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SimulationException(String message) {
    super(message);
  }
}
