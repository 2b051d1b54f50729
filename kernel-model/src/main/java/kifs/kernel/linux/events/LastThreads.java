package kifs.kernel.linux.events;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.source.KernelEvents.Exit;
import kifs.kernel.source.KernelEvents.ProcessEvent;
import kifs.kernel.source.KernelEvents.Watch;
import kifs.kernel.source.NoDescriptorsException;
import kifs.kernel.source.ProcessRef;

/**
 * Derives exits of processes from exits of their main threads, which are all that the proc
 * connector reports. A main thread may exit while other threads go on. The process's pidfd then
 * reports when the last of them has exited. Thread-safe; the listener is called without a lock.
 */
final class LastThreads implements Watch {
  private final IntFunction<Optional<ProcessRef>> processes;
  private final BiFunction<ProcessRef, Consumer<Exit>, Optional<Watch>> exits;
  private final Consumer<ProcessEvent> listener;
  private final Map<Integer, Watch> pendingExits = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /**
   * @param processes binds to a process
   * @param exits watches a process by its pidfd
   * @param listener receives every event. It receives an exit when the last thread has exited
   */
  LastThreads(
      IntFunction<Optional<ProcessRef>> processes,
      BiFunction<ProcessRef, Consumer<Exit>, Optional<Watch>> exits,
      Consumer<ProcessEvent> listener) {
    this.processes = processes;
    this.exits = exits;
    this.listener = listener;
  }

  /** Handles an event of the proc connector. */
  void onEvent(ProcessEvent event) {
    if (event.kind() != ProcessEvent.Kind.EXIT || !hasOtherThreads(event.pid())) {
      listener.accept(event);
    }
  }

  /**
   * Whether other threads of a process go on after the exit of its main thread. If so, a watch is
   * made that reports the exit of the last one.
   */
  private boolean hasOtherThreads(int pid) {
    try (ProcessRef process = processes.apply(pid).orElse(null)) {
      Record record = Record.allocate(ProcessRecord.TYPE);
      return process != null
          && process.read(ProcessRecord.THREADS.bit(), record)
          && record.get(ProcessRecord.THREADS) > 1
          && exits.apply(process, this::onLastExit).map(w -> keep(pid, w)).isPresent();
    } catch (NoDescriptorsException e) {
      // The exit is reported now, perhaps too early, because it might never be otherwise.
      return false;
    }
  }

  private Watch keep(int pid, Watch watch) {
    pendingExits.put(pid, watch);
    if (closed) {
      watch.close();
    }
    return watch;
  }

  private void onLastExit(Exit exit) {
    Watch watch = pendingExits.remove(exit.pid());
    if (watch != null) {
      watch.close();
    }
    if (!closed) {
      listener.accept(
          new ProcessEvent(
              ProcessEvent.Kind.EXIT, exit.pid(), 0, exit.status(), exit.boottimeNs()));
    }
  }

  /** Ends the watches of all pending exits. */
  @Override
  public void close() {
    closed = true;
    pendingExits.values().forEach(Watch::close);
  }
}
