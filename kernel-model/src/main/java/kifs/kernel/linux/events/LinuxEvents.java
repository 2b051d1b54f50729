package kifs.kernel.linux.events;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import kifs.kernel.linux.LinuxClock;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.source.KernelEvents;
import kifs.kernel.source.ProcessRef;

/**
 * What Linux tells by itself: exits by pidfd, everything about processes by the proc connector.
 * Each has a thread of its own: of exits always, else for as long as somebody watches. Thread-safe.
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

  /** Null unless processes are the running kernel's. */
  private final ExitWatcher exits;

  private final ProcConnector connector;
  private final OomLog ooms;
  private final PressureTriggers pressures = new PressureTriggers();
  private final String root;
  private final AtomicBoolean warned = new AtomicBoolean();
  private Set<ProcessEvent.Kind> told;

  /**
   * @param root path of /proc
   * @param live whether process ids are the running kernel's
   * @param processes binds to a process
   * @param warnings where to say what isn't permitted
   */
  public LinuxEvents(
      LinuxClock clock,
      String root,
      boolean live,
      IntFunction<Optional<ProcessRef>> processes,
      Consumer<String> warnings) {
    this.processes = processes;
    this.clock = clock;
    this.root = root;
    this.live = live;
    this.warnings = warnings;
    this.exits = live ? ExitWatcher.start(clock) : null;
    this.connector = new ProcConnector(clock);
    this.ooms = new OomLog(clock);
  }

  @Override
  public Optional<Watch> onExit(ProcessRef process, Consumer<Exit> listener) {
    if (!live || !(process instanceof WatchedProcess watched)) {
      return Optional.empty();
    }
    int pidfd = Syscalls.pidfdOpen(process.pid());
    // The id was the bound process's when the pidfd was made, if that process is there afterwards.
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
    // A copy, since the caller may close its ref while it still waits.
    return exits.watch(watched.copy(), pidfd, listener);
  }

  @Override
  public Optional<Watch> onProcesses(Consumer<ProcessEvent> listener) {
    LastThreads lastThreads = new LastThreads(processes, this, listener);
    Optional<Watch> watch = live ? connector.watch(lastThreads::tell) : Optional.empty();
    if (watch.isEmpty() && warned.compareAndSet(false, true)) {
      warnings.accept(
          "no proc connector (it takes CAP_NET_ADMIN and the host's own pid namespace):"
              + " forks, execs and exits are seen late");
    }
    // The log names processes as the host does; so does the connector, or it would have refused.
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
  public synchronized Set<ProcessEvent.Kind> told() {
    if (told == null) {
      Optional<Watch> tried = live ? connector.watch(event -> {}) : Optional.empty();
      tried.ifPresent(Watch::close);
      EnumSet<ProcessEvent.Kind> kinds = EnumSet.noneOf(ProcessEvent.Kind.class);
      if (tried.isPresent()) {
        kinds.addAll(CONNECTOR);
      }
      if (tried.isPresent() && ooms.isReadable()) {
        kinds.add(ProcessEvent.Kind.OOM);
      }
      told = Collections.unmodifiableSet(kinds);
    }
    return told;
  }

  @Override
  public Optional<Watch> onPressure(
      SystemRecord.Pressure of, long stallNs, long windowNs, Runnable listener) {
    if (!live) {
      return Optional.empty();
    }
    String file = root + "/pressure/" + of.resource();
    return pressures.watch(file, of.share(), stallNs, windowNs, listener);
  }

  @Override
  public void close() {
    if (exits != null) {
      exits.close();
    }
    connector.close();
    ooms.close();
    pressures.close();
  }
}
