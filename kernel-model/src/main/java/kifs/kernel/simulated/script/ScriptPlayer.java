package kifs.kernel.simulated.script;

import java.util.List;
import kifs.kernel.simulated.Scenario;
import kifs.kernel.simulated.SimulatedKernel;

/** Carries out a script, statement by statement. Guarded by the kernel's lock. */
final class ScriptPlayer implements Scenario {
  private final SimulatedKernel kernel;
  private final List<ScriptStatement> statements;
  private final long periodNs;
  private long baseNs;
  private int next;

  /**
   * @param statements in the order of their times
   * @param periodNs the time after which the script starts again; 0: never
   * @param baseNs CLOCK_BOOTTIME of the script's 0s
   */
  ScriptPlayer(
      SimulatedKernel kernel, List<ScriptStatement> statements, long periodNs, long baseNs) {
    this.kernel = kernel;
    this.statements = statements;
    this.periodNs = periodNs;
    this.baseNs = baseNs;
  }

  @Override
  public long nextNs() {
    if (next < statements.size()) {
      return baseNs + statements.get(next).atNs();
    }
    return periodNs == 0 ? Long.MAX_VALUE : baseNs + periodNs;
  }

  @Override
  public void step() {
    if (next < statements.size()) {
      statements.get(next++).action().accept(kernel);
    } else {
      kernel.clear();
      baseNs += periodNs;
      next = 0;
    }
  }
}
