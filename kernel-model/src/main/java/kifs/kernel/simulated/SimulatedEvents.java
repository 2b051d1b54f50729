package kifs.kernel.simulated;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import kifs.kernel.query.Selection;
import kifs.kernel.record.Pressure;
import kifs.kernel.source.CgroupRef;
import kifs.kernel.source.KernelEvents;
import kifs.kernel.source.ProcessRef;
import org.jspecify.annotations.Nullable;

/**
 * Notifies listeners of events, in the order of the events. An event is queued under the kernel's
 * lock, and the first thread that has released the lock notifies the listeners. So a listener may
 * read the kernel, and may acquire a lock that another thread holds while it reads the kernel.
 *
 * <p>Thread-safe. The methods that aren't public are called under the kernel's lock, except {@link
 * #notifyListeners}, which is called without it.
 */
final class SimulatedEvents implements KernelEvents {
  private final World world;
  private final Set<Listener<ProcessEvent>> listeners = new LinkedHashSet<>();
  private final Map<Integer, Set<Listener<Exit>>> exits = new HashMap<>();
  private final Map<Pressure, Map<Listener<Double>, Double>> pressures = new HashMap<>();
  private final Map<Listener<Integer>, Level> levels = new LinkedHashMap<>();
  private final Map<Listener<Double>, GroupEvent> groupEvents = new LinkedHashMap<>();
  private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
  private final AtomicBoolean isNotifying = new AtomicBoolean();
  private boolean providesExits = true;
  private boolean providesOthers = true;

  SimulatedEvents(World world) {
    this.world = world;
  }

  /** Whether a listener is for what happened to a cgroup: a file or a pressure changed. */
  private interface Concern {
    boolean test(SimulatedCgroup group, Object what, double value);
  }

  private record GroupEvent(Concern concerns, Runnable action) {}

  /** A level of the resident memory of one process, or of any selected one if the pid is 0. */
  private record Level(int pid, Selection selection, long bytes) {
    boolean concerns(SimulatedProcess process) {
      String comm = new String(process.mainThread().comm(), StandardCharsets.ISO_8859_1);
      long uid = Integer.toUnsignedLong(process.credentials().uid());
      return (pid == 0 || pid == process.pid()) && selection.admits(comm, uid);
    }
  }

  private final class Listener<T> implements Watch {
    private final Consumer<T> action;
    private final Consumer<Listener<T>> forget;
    private volatile boolean closed;

    Listener(Consumer<T> action, Consumer<Listener<T>> forget) {
      this.action = action;
      this.forget = forget;
    }

    /** Queues an event for this listener. */
    void enqueue(T event) {
      queue.add(
          () -> {
            if (!closed) {
              action.accept(event);
            }
          });
    }

    @Override
    public void close() {
      closed = true;
      world.locked(
          () -> {
            forget.accept(this);
            return null;
          });
    }
  }

  @Override
  public Set<ProcessEvent.Kind> supportedKinds() {
    return world.peek(
        now ->
            providesOthers
                ? EnumSet.allOf(ProcessEvent.Kind.class)
                : EnumSet.noneOf(ProcessEvent.Kind.class));
  }

  /** Notifies whenever a pressure is set to at least the share {@code stallNs / windowNs}. */
  @Override
  public Optional<Watch> onPressure(
      Pressure pressure, long stallNs, long windowNs, Runnable action) {
    return world.peek(
        now -> {
          if (!providesOthers) {
            return Optional.empty();
          }
          double percent = 100.0 * stallNs / windowNs;
          Listener<Double> listener =
              new Listener<>(lost -> action.run(), closed -> forget(pressure, closed));
          pressures.computeIfAbsent(pressure, p -> new LinkedHashMap<>()).put(listener, percent);
          return Optional.of(listener);
        });
  }

  private void forget(Pressure pressure, Listener<Double> listener) {
    pressures.getOrDefault(pressure, new HashMap<>()).remove(listener);
  }

  void pressureSet(Pressure pressure, double percent) {
    pressures
        .getOrDefault(pressure, Map.of())
        .forEach(
            (listener, threshold) -> {
              if (percent >= threshold) {
                listener.enqueue(percent);
              }
            });
  }

  /** Notifies whenever a pressure of the group is set to at least that share. */
  @Override
  public Optional<Watch> onPressure(
      CgroupRef group, Pressure pressure, long stallNs, long windowNs, Runnable action) {
    double percent = 100.0 * stallNs / windowNs;
    SimulatedCgroup watched = ((SimulatedCgroupRef) group).group();
    return watch(
        new GroupEvent(
            (of, what, value) -> of == watched && what == pressure && value >= percent, action));
  }

  @Override
  public Optional<Watch> onCgroup(@Nullable CgroupRef group, CgroupFile file, Runnable action) {
    SimulatedCgroup watched = group == null ? null : ((SimulatedCgroupRef) group).group();
    return watch(
        new GroupEvent(
            (of, what, value) -> (watched == null || of == watched) && what == file, action));
  }

  private Optional<Watch> watch(GroupEvent event) {
    return world.peek(
        now -> {
          if (!providesOthers) {
            return Optional.empty();
          }
          Listener<Double> listener =
              new Listener<>(value -> event.action().run(), groupEvents::remove);
          groupEvents.put(listener, event);
          return Optional.of(listener);
        });
  }

  void cgroupChanged(SimulatedCgroup group, CgroupFile file) {
    happened(group, file, 0);
  }

  void pressureSet(SimulatedCgroup group, Pressure pressure, double percent) {
    happened(group, pressure, percent);
  }

  private void happened(SimulatedCgroup group, Object what, double value) {
    groupEvents.forEach(
        (listener, event) -> {
          if (event.concerns().test(group, what, value)) {
            listener.enqueue(value);
          }
        });
  }

  @Override
  public Optional<Watch> onResize(
      @Nullable ProcessRef process, Selection selection, long bytes, Runnable action) {
    return world.peek(
        now -> {
          if (!providesOthers) {
            return Optional.empty();
          }
          Listener<Integer> listener = new Listener<>(pid -> action.run(), levels::remove);
          levels.put(listener, new Level(process == null ? 0 : process.pid(), selection, bytes));
          return Optional.of(listener);
        });
  }

  void resized(SimulatedProcess process, long before, long bytes) {
    levels.forEach(
        (listener, level) -> {
          if (before > level.bytes() != bytes > level.bytes() && level.concerns(process)) {
            listener.enqueue(process.pid());
          }
        });
  }

  /** Sets which events can be watched from now on. */
  void provide(boolean exits, boolean others) {
    providesExits = exits;
    providesOthers = others;
  }

  @Override
  public Optional<Watch> onExit(ProcessRef process, Consumer<Exit> action) {
    SimulatedProcessRef ref = (SimulatedProcessRef) process;
    return world.peek(
        now -> {
          if (!providesExits) {
            return Optional.empty();
          }
          int pid = ref.pid();
          Listener<Exit> listener = new Listener<>(action, closed -> forget(pid, closed));
          if (ref.sight() == null) {
            listener.enqueue(new Exit(pid, ref.exitStatus(), now));
          } else {
            exits.computeIfAbsent(pid, p -> new LinkedHashSet<>()).add(listener);
          }
          return Optional.of(listener);
        });
  }

  private void forget(int pid, Listener<Exit> listener) {
    exits.computeIfPresent(
        pid, (p, waiting) -> waiting.remove(listener) && waiting.isEmpty() ? null : waiting);
  }

  @Override
  public Optional<Watch> onProcesses(Consumer<ProcessEvent> action) {
    return world.peek(
        now -> {
          if (!providesOthers) {
            return Optional.empty();
          }
          Listener<ProcessEvent> listener = new Listener<>(action, listeners::remove);
          listeners.add(listener);
          return Optional.of(listener);
        });
  }

  void happened(ProcessEvent.Kind kind, int pid, int parent, int status, long now) {
    ProcessEvent event = new ProcessEvent(kind, pid, parent, status, now);
    listeners.forEach(listener -> listener.enqueue(event));
  }

  /** Queues a loss of that many events of one kind. */
  void lost(ProcessEvent.Kind kind, long count, long now) {
    ProcessEvent event = ProcessEvent.lost(kind, count, now);
    listeners.forEach(listener -> listener.enqueue(event));
  }

  void exited(int pid, int status, long now) {
    Set<Listener<Exit>> waiting = exits.remove(pid);
    if (waiting != null) {
      waiting.forEach(listener -> listener.enqueue(new Exit(pid, status, now)));
    }
    happened(ProcessEvent.Kind.EXIT, pid, 0, status, now);
  }

  /**
   * Queues the exit of all members of a crowd at once. They are too many for one event each, so
   * listeners for all processes get a loss of exits.
   */
  void exited(Crowd crowd, int status, long now) {
    for (int pid : List.copyOf(exits.keySet())) {
      if (crowd.holds(pid)) {
        exits.remove(pid).forEach(listener -> listener.enqueue(new Exit(pid, status, now)));
      }
    }
    lost(ProcessEvent.Kind.EXIT, crowd.size(), now);
  }

  /** Notifies listeners of the queued events, unless another thread does so at this moment. */
  void notifyListeners() {
    while (world.locked(() -> !queue.isEmpty()) && isNotifying.compareAndSet(false, true)) {
      try {
        Runnable next = world.locked(queue::poll);
        while (next != null) {
          next.run();
          next = world.locked(queue::poll);
        }
      } finally {
        isNotifying.set(false);
      }
    }
  }
}
