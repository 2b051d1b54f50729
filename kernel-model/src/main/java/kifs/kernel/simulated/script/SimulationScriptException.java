package kifs.kernel.simulated.script;

/** A script that can't be understood or carried out; the message says in which line, and why. */
public final class SimulationScriptException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int line;

  SimulationScriptException(int line, String message) {
    super("line " + line + ": " + message);
    this.line = line;
  }

  /** From 1. */
  public int line() {
    return line;
  }
}
