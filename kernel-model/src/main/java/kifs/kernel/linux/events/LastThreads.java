package kifs.kernel.linux.events;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.source.KernelEvents;
import kifs.kernel.source.KernelEvents.Exit;
import kifs.kernel.source.KernelEvents.ProcessEvent;
import kifs.kernel.source.KernelEvents.Watch;
import kifs.kernel.source.ProcessRef;

/**
 * Makes exits of processes out of exits of their first threads, which is all that the proc
 * connector tells: a first thread may end and leave others running. Where there are others the
 * process's pidfd tells when the last one ended. Thread-safe.
 */
final class LastThreads implements Watch {
  private final IntFunction<Optional<ProcessRef>> processes;
  private final KernelEvents events;
  private final Consumer<ProcessEvent> listener;
  private final Map<Integer, Watch> outlived = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * @param processes binds to a process
   * @param events whose pidfds are watched
   * @param listener told of every event, exits when they really are
   */
  LastThreads(
      IntFunction<Optional<ProcessRef>> processes,
      KernelEvents events,
      Consumer<ProcessEvent> listener) {
    this.processes = processes;
    this.events = events;
    this.listener = listener;
  }

  void tell(ProcessEvent event) {
    if (event.kind() != ProcessEvent.Kind.EXIT || !isOutlived(event.pid())) {
      listener.accept(event);
    }
  }

  /** Whether other threads go on; then the exit will be told by whoever ends last. */
  private boolean isOutlived(int pid) {
    try (ProcessRef process = processes.apply(pid).orElse(null)) {
      Record record = Record.allocate(ProcessRecord.TYPE);
      boolean others =
          process != null
              && process.read(ProcessRecord.THREADS.bit(), record)
              && record.get(ProcessRecord.THREADS) > 1;
      return others && events.onExit(process, this::ended).map(w -> keep(pid, w)).isPresent();
    }
  }

  private Watch keep(int pid, Watch watch) {
    outlived.put(pid, watch);
    if (closed) {
      watch.close();
    }
    return watch;
  }

  private void ended(Exit exit) {
    Watch watch = outlived.remove(exit.pid());
    if (watch != null) {
      watch.close();
    }
    if (!closed) {
      listener.accept(
          new ProcessEvent(
              ProcessEvent.Kind.EXIT, exit.pid(), 0, exit.status(), exit.boottimeNs()));
    }
  }

  /** Ends what is still watched. */
  @Override
  public void close() {
    closed = true;
    outlived.values().forEach(Watch::close);
  }
}
