package kifs.kernel.simulated.figures;

/** A test or a script requires something impossible: a pid in use, a change of an ended thread. */
public final class SimulationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SimulationException(String message) {
    super(message);
  }
}
