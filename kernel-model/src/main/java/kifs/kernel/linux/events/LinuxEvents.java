package kifs.kernel.linux.events;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import kifs.kernel.linux.Descriptors;
import kifs.kernel.linux.LinuxClock;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.record.Pressure;
import kifs.kernel.source.CgroupRef;
import kifs.kernel.source.KernelEvents;
import kifs.kernel.source.NoDescriptorsException;
import kifs.kernel.source.ProcessRef;
import org.jspecify.annotations.Nullable;

/**
 * Events that Linux pushes: exits by pidfd, process events by the proc connector, OOM kills by the
 * kernel's log, memory pressure by PSI triggers, and what cgroups report. Each of them has its own
 * thread. The thread for exits always runs, the others only while there are watches. Thread-safe.
 * {@link #supportedKinds} holds the lock of this while it acquires that of {@link ProcConnector}.
 */
public final class LinuxEvents implements KernelEvents, AutoCloseable {
  private static final Set<ProcessEvent.Kind> CONNECTOR =
      EnumSet.of(
          ProcessEvent.Kind.FORK,
          ProcessEvent.Kind.EXEC,
          ProcessEvent.Kind.RENAMED,
          ProcessEvent.Kind.EXIT,
          ProcessEvent.Kind.LOST);

  private final LinuxClock clock;
  private final boolean live;
  private final Consumer<String> warnings;
  private final IntFunction<Optional<ProcessRef>> processes;

  /** Null if process ids are not the running kernel's. */
  private final @Nullable ExitWatcher exits;

  /** For single processes, when descriptors are scarce. */
  private final SharedExits sharedExits;

  private final ProcConnector connector;
  private final OomLog ooms;
  private final PressureTriggers pressures = new PressureTriggers("kifs-pressure");
  private final CgroupWatches cgroups;
  private final String root;
  private final AtomicBoolean warned = new AtomicBoolean();

  /** The kinds of process events that were found to be available; null before the first check. */
  private @Nullable Set<ProcessEvent.Kind> supportedKinds;

  /**
   * @param root path of /proc
   * @param live whether process ids are the running kernel's
   * @param processes binds to a process
   * @param topLevel binds to the root of the cgroups and to the groups directly below it
   * @param warnings receives a warning about what the kernel refuses
   */
  public LinuxEvents(
      LinuxClock clock,
      String root,
      boolean live,
      IntFunction<Optional<ProcessRef>> processes,
      Supplier<List<WatchedCgroup>> topLevel,
      Consumer<String> warnings) {
    this.cgroups = new CgroupWatches(topLevel);
    this.processes = processes;
    this.clock = clock;
    this.root = root;
    this.live = live;
    this.warnings = warnings;
    this.exits = live ? ExitWatcher.start(clock) : null;
    this.sharedExits = new SharedExits(clock, this::onProcesses);
    this.connector = new ProcConnector(clock);
    this.ooms = new OomLog(clock);
  }

  @Override
  public Optional<Watch> onExit(ProcessRef process, Consumer<Exit> listener) {
    if (exits == null || !(process instanceof WatchedProcess watched)) {
      return Optional.empty();
    }
    Optional<Watch> shared =
        Descriptors.areScarce() ? sharedExits.watch(watched.copy(), listener) : Optional.empty();
    return shared.isPresent() ? shared : onExitByPidfd(exits, watched, listener);
  }

  private Optional<Watch> onExitByPidfd(
      ExitWatcher watcher, WatchedProcess process, Consumer<Exit> listener) {
    int pidfd = Syscalls.pidfdOpen(process.pid());
    NoDescriptorsException.throwIf(Syscalls.isShortage(pidfd));
    // If the bound process still exists, the pid was its own when the pidfd was made.
    boolean there = process.isAlive();
    if (pidfd < 0 && pidfd != -Syscalls.ESRCH && there) {
      return Optional.empty();
    }
    if (pidfd < 0 || !there) {
      if (pidfd >= 0) {
        Syscalls.close(pidfd);
      }
      listener.accept(new Exit(process.pid(), -1, clock.boottimeNs()));
      return Optional.of(() -> {});
    }
    // The watcher gets a copy, because the caller may close its ref during the wait.
    return watcher.watch(process.copy(), pidfd, listener);
  }

  /** Watches by a pidfd alone, also when descriptors are scarce. */
  private Optional<Watch> onLastExit(ProcessRef process, Consumer<Exit> listener) {
    return exits != null && process instanceof WatchedProcess watched
        ? onExitByPidfd(exits, watched, listener)
        : Optional.empty();
  }

  @Override
  public Optional<Watch> onProcesses(Consumer<ProcessEvent> listener) {
    LastThreads lastThreads = new LastThreads(processes, this::onLastExit, listener);
    Optional<Watch> watch = live ? connector.watch(lastThreads::onEvent) : Optional.empty();
    if (watch.isEmpty() && warned.compareAndSet(false, true)) {
      warnings.accept(
          "no proc connector (it needs CAP_NET_ADMIN and the host's own pid namespace):"
              + " forks, execs and exits are seen late");
    }
    // The log has pids of the host's namespace. They mean the same here, because the connector
    // works
    // only in that namespace.
    Optional<Watch> log = watch.flatMap(connected -> ooms.watch(listener));
    return watch.map(
        connected ->
            () -> {
              connected.close();
              log.ifPresent(Watch::close);
              lastThreads.close();
            });
  }

  @Override
  public synchronized Set<ProcessEvent.Kind> supportedKinds() {
    if (supportedKinds == null) {
      Optional<Watch> tried = live ? connector.watch(event -> {}) : Optional.empty();
      tried.ifPresent(Watch::close);
      EnumSet<ProcessEvent.Kind> kinds = EnumSet.noneOf(ProcessEvent.Kind.class);
      if (tried.isPresent()) {
        kinds.addAll(CONNECTOR);
      }
      if (tried.isPresent() && ooms.isReadable()) {
        kinds.add(ProcessEvent.Kind.OOM);
      }
      supportedKinds = Collections.unmodifiableSet(kinds);
    }
    return supportedKinds;
  }

  @Override
  public Optional<Watch> onPressure(Pressure of, long stallNs, long windowNs, Runnable listener) {
    if (!live) {
      return Optional.empty();
    }
    String file = root + "/pressure/" + of.resource();
    return pressures.watch(file, of.share(), stallNs, windowNs, listener);
  }

  @Override
  public Optional<Watch> onPressure(
      CgroupRef group, Pressure of, long stallNs, long windowNs, Runnable listener) {
    return cgroups.watchPressure((WatchedCgroup) group, of, stallNs, windowNs, listener);
  }

  @Override
  public Optional<Watch> onCgroup(@Nullable CgroupRef group, CgroupFile file, Runnable listener) {
    if (group != null) {
      return cgroups.watch((WatchedCgroup) group, file, listener);
    }
    return file == CgroupFile.MEMORY_EVENTS ? cgroups.watchAll(listener) : Optional.empty();
  }

  @Override
  public Optional<Watch> onCgroupMemory(CgroupRef group, long bytes, Runnable listener) {
    return cgroups.watchMemory((WatchedCgroup) group, bytes, listener);
  }

  @Override
  public void close() {
    cgroups.close();
    if (exits != null) {
      exits.close();
    }
    connector.close();
    ooms.close();
    pressures.close();
  }
}
