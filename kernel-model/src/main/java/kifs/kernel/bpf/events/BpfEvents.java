package kifs.kernel.bpf.events;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import kifs.kernel.bpf.program.BpfException;
import kifs.kernel.linux.Descriptors;
import kifs.kernel.linux.events.SharedExits;
import kifs.kernel.linux.events.WatchedProcess;
import kifs.kernel.query.Selection;
import kifs.kernel.record.Pressure;
import kifs.kernel.source.CgroupRef;
import kifs.kernel.source.KernelEvents;
import kifs.kernel.source.ProcessRef;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel pushes. Programs report the events of processes, if this kernel runs those for
 * fork, exec and exit. All other events come from the procfs source, and so do the events of
 * processes if a program is missing. Thread-safe.
 */
public final class BpfEvents implements KernelEvents {
  private static final Set<ProcessEvent.Kind> NEEDED =
      EnumSet.of(ProcessEvent.Kind.FORK, ProcessEvent.Kind.EXEC, ProcessEvent.Kind.EXIT);

  private final KernelEvents procfs;
  private final UnaryOperator<ProcessRef> unwrap;
  private final EventRing ring;
  private final @Nullable MemoryLevels levels;
  private final Consumer<String> warn;

  /** For single processes, when descriptors are scarce. */
  private final SharedExits sharedExits;

  private final AtomicBoolean refused = new AtomicBoolean();

  /**
   * @param unwrap returns the procfs source's own reference to a process
   * @param levels watches levels of memory; null: this kernel can't
   * @param warn receives a warning if the programs can't be attached
   */
  public BpfEvents(
      KernelEvents procfs,
      UnaryOperator<ProcessRef> unwrap,
      EventRing ring,
      @Nullable MemoryLevels levels,
      Consumer<String> warn) {
    this.procfs = procfs;
    this.unwrap = unwrap;
    this.ring = ring;
    this.levels = levels;
    this.warn = warn;
    this.sharedExits = new SharedExits(ring.clock(), this::onProcesses);
  }

  @Override
  public Optional<Watch> onExit(ProcessRef process, Consumer<Exit> listener) {
    ProcessRef own = unwrap.apply(process);
    if (own instanceof WatchedProcess watched && canReport() && Descriptors.areScarce()) {
      Optional<Watch> watch = sharedExits.watch(watched.copy(), listener);
      if (watch.isPresent()) {
        return watch;
      }
    }
    return procfs.onExit(own, listener);
  }

  @Override
  public Optional<Watch> onProcesses(Consumer<ProcessEvent> listener) {
    if (canReport()) {
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
  public Set<ProcessEvent.Kind> supportedKinds() {
    return canReport()
        ? Collections.unmodifiableSet(ring.supportedKinds())
        : procfs.supportedKinds();
  }

  private boolean canReport() {
    return ring.supportedKinds().containsAll(NEEDED) && !refused.get();
  }

  @Override
  public Optional<Watch> onPressure(Pressure of, long stallNs, long windowNs, Runnable listener) {
    return procfs.onPressure(of, stallNs, windowNs, listener);
  }

  @Override
  public Optional<Watch> onPressure(
      CgroupRef group, Pressure of, long stallNs, long windowNs, Runnable listener) {
    return procfs.onPressure(group, of, stallNs, windowNs, listener);
  }

  @Override
  public Optional<Watch> onCgroup(@Nullable CgroupRef group, CgroupFile file, Runnable listener) {
    return procfs.onCgroup(group, file, listener);
  }

  @Override
  public Optional<Watch> onCgroupMemory(CgroupRef group, long bytes, Runnable listener) {
    return procfs.onCgroupMemory(group, bytes, listener);
  }

  @Override
  public Optional<Watch> onResize(
      @Nullable ProcessRef process, Selection selection, long bytes, Runnable listener) {
    int pid = process == null ? MemoryLevels.ANY : process.pid();
    return levels == null ? Optional.empty() : levels.watch(pid, selection, bytes, listener);
  }

  /** Ends all watches of the programs' events. */
  public void close() {
    if (levels != null) {
      levels.close();
    }
    ring.close();
  }
}
