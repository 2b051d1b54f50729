package kifs.fs;

import java.io.IOException;
import java.nio.file.Path;
import kifs.kernel.procfs.ProcfsSource;
import kifs.kernel.simulated.SimulationScript;
import kifs.kernel.simulated.SimulationScriptException;
import kifs.kernel.source.KernelSource;

/** {@code --source=}. */
final class Source {
  private static final String SIMULATED = "simulated:";

  private Source() {}

  /**
   * @throws IllegalArgumentException if there is no such source
   */
  static KernelSource open(String name) throws IOException, SimulationScriptException {
    if (name.startsWith(SIMULATED)) {
      SimulationScript script = SimulationScript.read(Path.of(name.substring(SIMULATED.length())));
      return script.start(script.followingClock()).following();
    }
    return switch (name) {
      case "auto", "procfs" -> ProcfsSource.open(Path.of("/proc"));
      default ->
          throw new IllegalArgumentException(
              "no source " + name + ": auto, procfs or simulated:FILE");
    };
  }
}
