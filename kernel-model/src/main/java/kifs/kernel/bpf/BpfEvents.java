package kifs.kernel.bpf;

import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.source.KernelEvents;
import kifs.kernel.source.ProcessRef;

/**
 * What the kernel tells: by the programs where they run, else as it tells {@code /proc}'s source.
 */
final class BpfEvents implements KernelEvents {
  private final KernelEvents procfs;

  BpfEvents(KernelEvents procfs) {
    this.procfs = procfs;
  }

  @Override
  public Optional<Watch> onExit(ProcessRef process, Consumer<Exit> listener) {
    ProcessRef bound = process instanceof BpfProcess ours ? ours.bound() : process;
    return procfs.onExit(bound, listener);
  }

  @Override
  public Optional<Watch> onProcesses(Consumer<ProcessEvent> listener) {
    return procfs.onProcesses(listener);
  }

  @Override
  public Set<ProcessEvent.Kind> told() {
    return procfs.told();
  }

  @Override
  public Optional<Watch> onPressure(
      SystemRecord.Pressure of, long stallNs, long windowNs, Runnable listener) {
    return procfs.onPressure(of, stallNs, windowNs, listener);
  }
}
