package kifs.kernel.linux.events;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import kifs.kernel.clock.KernelClock;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.source.KernelEvents.Exit;
import kifs.kernel.source.KernelEvents.ProcessEvent;
import kifs.kernel.source.KernelEvents.Watch;
import org.jspecify.annotations.Nullable;

/**
 * Watches the exits of single processes by the events of all processes, which takes no descriptor
 * for each. For use when descriptors are scarce: a pidfd is better, because it wakes nobody for the
 * exit of another process.
 *
 * <p>Thread-safe: the fields are guarded by this. Listeners are called, and processes are read,
 * without it.
 */
public final class SharedExits {
  private final KernelClock clock;
  private final Function<Consumer<ProcessEvent>, Optional<Watch>> events;
  private final Map<Integer, List<Entry>> entries = new HashMap<>();
  private @Nullable Watch watch;

  private record Entry(WatchedProcess process, Consumer<Exit> listener) {}

  /**
   * @param events calls back for the events of all processes; empty if the kernel doesn't push them
   */
  public SharedExits(KernelClock clock, Function<Consumer<ProcessEvent>, Optional<Watch>> events) {
    this.clock = clock;
    this.events = events;
  }

  /**
   * Watches a process. Calls back once when it exits, at once if it already has.
   *
   * @param process the watch closes it
   * @return empty if the kernel doesn't push events of all processes; then the process is closed
   */
  public Optional<Watch> watch(WatchedProcess process, Consumer<Exit> listener) {
    Entry entry = new Entry(process, listener);
    synchronized (this) {
      if (watch == null) {
        watch = events.apply(this::onEvent).orElse(null);
      }
      if (watch == null) {
        process.close();
        return Optional.empty();
      }
      entries.computeIfAbsent(process.pid(), pid -> new ArrayList<>(1)).add(entry);
    }
    // From here on its exit can't be missed, so it remains to look for an earlier one.
    fireIfEnded(entry);
    return Optional.of(() -> remove(entry));
  }

  private void onEvent(ProcessEvent event) {
    if (event.kind() == ProcessEvent.Kind.EXIT) {
      // A process that was bound has this pid until its exit, so this is its exit.
      for (Entry entry : entriesOf(event.pid())) {
        fire(entry, event.status(), event.boottimeNs());
      }
    } else if (event.kind() == ProcessEvent.Kind.LOST) {
      allEntries().forEach(this::fireIfEnded);
    }
  }

  private void fireIfEnded(Entry entry) {
    int status = entry.process.exitStatus();
    boolean isZombie = status >= 0 && !hasOtherThreads(entry.process);
    if (isZombie || !entry.process.isAlive()) {
      fire(entry, status, clock.boottimeNs());
    }
  }

  /** Whether other threads of a process go on, although its main thread has ended. */
  private static boolean hasOtherThreads(WatchedProcess process) {
    Record record = Record.allocate(ProcessRecord.TYPE);
    return process.read(ProcessRecord.THREADS.bit(), record)
        && record.get(ProcessRecord.THREADS) > 1;
  }

  private void fire(Entry entry, int status, long boottimeNs) {
    if (remove(entry)) {
      entry.listener.accept(new Exit(entry.process.pid(), status, boottimeNs));
    }
  }

  private synchronized List<Entry> entriesOf(int pid) {
    return List.copyOf(entries.getOrDefault(pid, List.of()));
  }

  private synchronized List<Entry> allEntries() {
    List<Entry> all = new ArrayList<>();
    entries.values().forEach(all::addAll);
    return all;
  }

  /**
   * Ends a watch, and the watch of all events after the last one.
   *
   * @return false: it has ended before
   */
  // By identity: the same listener may watch the same process twice.
  @SuppressWarnings("ReferenceEquality")
  private boolean remove(Entry entry) {
    Watch unused = null;
    synchronized (this) {
      List<Entry> ofPid = entries.get(entry.process.pid());
      if (ofPid == null || !ofPid.removeIf(other -> other == entry)) {
        return false;
      }
      if (ofPid.isEmpty()) {
        entries.remove(entry.process.pid());
      }
      if (entries.isEmpty()) {
        unused = watch;
        watch = null;
      }
    }
    if (unused != null) {
      unused.close();
    }
    entry.process.close();
    return true;
  }
}
