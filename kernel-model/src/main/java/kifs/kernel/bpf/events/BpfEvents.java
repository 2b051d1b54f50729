package kifs.kernel.bpf.events;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import kifs.kernel.bpf.program.BpfException;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.source.KernelEvents;
import kifs.kernel.source.ProcessRef;

/**
 * What the kernel tells: of processes by the programs, where those that matter run; all else, and
 * where they don't, as it tells the source that reads /proc. Thread-safe.
 */
public final class BpfEvents implements KernelEvents {
  private static final Set<ProcessEvent.Kind> NEEDED =
      EnumSet.of(ProcessEvent.Kind.FORK, ProcessEvent.Kind.EXEC, ProcessEvent.Kind.EXIT);

  private final KernelEvents procfs;
  private final UnaryOperator<ProcessRef> unwrap;
  private final EventRing ring;
  private final MemoryLevels levels;
  private final Consumer<String> warn;
  private final AtomicBoolean refused = new AtomicBoolean();

  /**
   * @param unwrap gives the ref that the procfs source made for a process
   * @param levels null: they can't be watched here
   * @param warn takes a warning that the programs can't be attached
   */
  public BpfEvents(
      KernelEvents procfs,
      UnaryOperator<ProcessRef> unwrap,
      EventRing ring,
      MemoryLevels levels,
      Consumer<String> warn) {
    this.procfs = procfs;
    this.unwrap = unwrap;
    this.ring = ring;
    this.levels = levels;
    this.warn = warn;
  }

  @Override
  public Optional<Watch> onExit(ProcessRef process, Consumer<Exit> listener) {
    return procfs.onExit(unwrap.apply(process), listener);
  }

  @Override
  public Optional<Watch> onProcesses(Consumer<ProcessEvent> listener) {
    if (isOurs()) {
      try {
        return Optional.of(ring.watch(listener));
      } catch (BpfException e) {
        if (refused.compareAndSet(false, true)) {
          warn.accept("events of processes don't come from BPF programs: " + e.getMessage());
        }
      }
    }
    return procfs.onProcesses(listener);
  }

  @Override
  public Set<ProcessEvent.Kind> told() {
    return isOurs() ? Collections.unmodifiableSet(ring.told()) : procfs.told();
  }

  private boolean isOurs() {
    return ring.told().containsAll(NEEDED) && !refused.get();
  }

  @Override
  public Optional<Watch> onPressure(
      SystemRecord.Pressure of, long stallNs, long windowNs, Runnable listener) {
    return procfs.onPressure(of, stallNs, windowNs, listener);
  }

  @Override
  public Optional<Watch> onResize(ProcessRef process, long bytes, Runnable listener) {
    return levels == null
        ? Optional.empty()
        : levels.watch(process == null ? MemoryLevels.ANY : process.pid(), bytes, listener);
  }

  public void close() {
    if (levels != null) {
      levels.close();
    }
    ring.close();
  }
}
