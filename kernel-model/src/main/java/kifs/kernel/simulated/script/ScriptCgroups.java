package kifs.kernel.simulated.script;

import java.util.function.Consumer;
import kifs.kernel.simulated.SimulatedCgroup;
import kifs.kernel.simulated.SimulatedKernel;

/** Parses the statements about cgroups. Stateless. */
final class ScriptCgroups {
  private ScriptCgroups() {}

  /** {@code cgroup PATH memory=… cpu=…} makes a cgroup, or changes one. */
  static Consumer<SimulatedKernel> cgroup(ScriptLine line) {
    String path = line.word("a path");
    Consumer<SimulatedCgroup> settings = Settings.CGROUP.read(line.rest());
    line.rest().clear();
    line.requireEnd();
    return kernel -> settings.accept(kernel.simulatedCgroup(Settings.path(path)));
  }

  /** {@code rmdir PATH}. */
  static Consumer<SimulatedKernel> remove(ScriptLine line) {
    String path = line.word("a path");
    line.requireEnd();
    return kernel -> kernel.simulatedCgroup(path).remove();
  }
}
