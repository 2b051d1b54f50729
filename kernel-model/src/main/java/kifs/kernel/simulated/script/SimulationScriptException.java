package kifs.kernel.simulated.script;

import org.jspecify.annotations.Nullable;

/** A script can't be parsed or carried out. The message says in which line, and why. */
public final class SimulationScriptException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int line;

  SimulationScriptException(int line, @Nullable String message) {
    super("line " + line + ": " + message);
    this.line = line;
  }

  /** The number of the line, from 1. */
  public int line() {
    return line;
  }
}
