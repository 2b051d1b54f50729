package kifs.kernel.simulated;

import java.util.List;

/** Carries out a script, statement by statement. Guarded by the kernel's lock. */
final class ScriptPlayer {
  private final SimulatedKernel kernel;
  private final World world;
  private final List<ScriptStatement> statements;
  private final long periodNs;
  private long baseNs;
  private int next;

  /**
   * @param statements in the order of their times
   * @param periodNs after which all starts over; 0: never
   * @param baseNs CLOCK_BOOTTIME of the script's 0s
   */
  ScriptPlayer(
      SimulatedKernel kernel,
      World world,
      List<ScriptStatement> statements,
      long periodNs,
      long baseNs) {
    this.kernel = kernel;
    this.world = world;
    this.statements = statements;
    this.periodNs = periodNs;
    this.baseNs = baseNs;
  }

  /** When {@link #step} is due; {@link Long#MAX_VALUE}: never. */
  long nextNs() {
    if (next < statements.size()) {
      return baseNs + statements.get(next).atNs();
    }
    return periodNs == 0 ? Long.MAX_VALUE : baseNs + periodNs;
  }

  void step() {
    if (next < statements.size()) {
      statements.get(next++).action().accept(kernel);
    } else {
      world.table().everybody().forEach(process -> process.exit(0));
      world.shm().clear();
      baseNs += periodNs;
      next = 0;
    }
  }
}
