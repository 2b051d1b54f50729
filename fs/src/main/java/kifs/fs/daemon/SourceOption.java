package kifs.fs.daemon;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import kifs.kernel.bpf.BpfSource;
import kifs.kernel.bpf.program.BpfException;
import kifs.kernel.procfs.ProcfsSource;
import kifs.kernel.simulated.script.SimulationScript;
import kifs.kernel.simulated.script.SimulationScriptException;
import kifs.kernel.source.KernelSource;

/** Opens the source that {@code --source=} names. Thread-safe. */
final class SourceOption {
  private static final String SIMULATED = "simulated:";
  private static final String CAPTURE = "capture:";

  private static final Path PROC = Path.of("/proc");

  private SourceOption() {}

  /**
   * Opens a source.
   *
   * @throws IllegalArgumentException if there is no such source, or a script has an error
   * @throws IOException if this host doesn't have the source
   */
  static KernelSource open(String name) throws IOException {
    if (name.startsWith(SIMULATED)) {
      return simulated(Path.of(name.substring(SIMULATED.length())));
    }
    return switch (name) {
      case "auto" -> best();
      case "procfs" -> ProcfsSource.open(PROC);
      case "bpf" -> bpf();
      default ->
          throw new IllegalArgumentException(
              "no source " + name + ": auto, bpf, procfs, simulated:FILE or capture:FILE");
    };
  }

  private static KernelSource simulated(Path file) throws IOException {
    try {
      return SimulationScript.read(file).startInRealTime();
    } catch (SimulationScriptException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * Opens the file that the option names, if it names one with bulks.
   *
   * @throws IOException if the file can't be read, or has no bulk
   */
  static Optional<Past> past(String name) throws IOException {
    return name.startsWith(CAPTURE)
        ? Optional.of(Past.open(Path.of(name.substring(CAPTURE.length()))))
        : Optional.empty();
  }

  /**
   * Opens BPF if this host allows it, else /proc. In the second case {@code about} has the reason.
   */
  private static KernelSource best() throws IOException {
    ProcfsSource procfs = ProcfsSource.open(PROC);
    try {
      return BpfSource.open(procfs);
    } catch (BpfException e) {
      procfs.warn("/proc is read, not BPF: " + e.getMessage());
      return procfs;
    }
  }

  private static KernelSource bpf() throws IOException {
    ProcfsSource procfs = ProcfsSource.open(PROC);
    try {
      return BpfSource.open(procfs);
    } catch (BpfException e) {
      procfs.close();
      throw new IOException("no BPF here: " + e.getMessage());
    }
  }
}
