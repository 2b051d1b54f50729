package kifs.kernel.procfs;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import kifs.kernel.linux.ExitWatcher;
import kifs.kernel.linux.LibC;
import kifs.kernel.linux.LinuxClock;
import kifs.kernel.linux.ProcConnector;
import kifs.kernel.source.KernelEvents;
import kifs.kernel.source.ProcessRef;

/**
 * What Linux tells by itself: exits by pidfd, everything about processes by the proc connector.
 * Each has a thread of its own, for as long as somebody watches. Thread-safe.
 */
final class ProcEvents implements KernelEvents, AutoCloseable {
  private final LinuxClock clock;
  private final boolean live;
  private final List<String> warnings;
  private final IntFunction<Optional<ProcessRef>> processes;
  private final ExitWatcher exits;
  private final ProcConnector connector;
  private final AtomicBoolean warned = new AtomicBoolean();

  /**
   * @param live whether process ids are the running kernel's
   * @param processes binds to a process
   * @param warnings where to say what isn't permitted
   */
  ProcEvents(
      LinuxClock clock,
      boolean live,
      IntFunction<Optional<ProcessRef>> processes,
      List<String> warnings) {
    this.processes = processes;
    this.clock = clock;
    this.live = live;
    this.warnings = warnings;
    this.exits = new ExitWatcher(clock);
    this.connector = new ProcConnector(clock);
  }

  @Override
  public Optional<Watch> onExit(ProcessRef process, Consumer<Exit> listener) {
    if (!live || !(process instanceof ProcfsProcess bound)) {
      return Optional.empty();
    }
    int pidfd = LibC.pidfdOpen(process.pid());
    // The id was the bound process's when the pidfd was made, if that process is there afterwards.
    boolean there = process.isAlive();
    if (pidfd < 0 && pidfd != -LibC.ESRCH && there) {
      return Optional.empty();
    }
    if (pidfd < 0 || !there) {
      if (pidfd >= 0) {
        LibC.close(pidfd);
      }
      listener.accept(new Exit(process.pid(), -1, clock.boottimeNs()));
      return Optional.of(() -> {});
    }
    // A copy, since the caller may close its ref while it still waits.
    ProcfsProcess own = bound.copy();
    return exits.watch(process.pid(), pidfd, own::exitStatus, own::close, listener);
  }

  @Override
  public Optional<Watch> onProcesses(Consumer<ProcessEvent> listener) {
    LastThreads lastThreads = new LastThreads(processes, this, listener);
    Optional<Watch> watch = live ? connector.watch(lastThreads::tell) : Optional.empty();
    if (watch.isEmpty() && warned.compareAndSet(false, true)) {
      warnings.add(
          "no proc connector (it takes CAP_NET_ADMIN and the host's own pid namespace):"
              + " forks, execs and exits are seen late");
    }
    return watch.map(
        connected ->
            () -> {
              connected.close();
              lastThreads.close();
            });
  }

  @Override
  public void close() {
    exits.close();
    connector.close();
  }
}
