package kifs.kernel.simulated;

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
import kifs.kernel.record.SystemRecord;
import kifs.kernel.source.KernelEvents;
import kifs.kernel.source.ProcessRef;

/**
 * Notifies listeners of events, in the order of the events. An event is queued under the kernel's
 * lock. The first thread that has released the lock notifies the listeners, so a listener may ask
 * the kernel, and may take a lock that another thread holds while it asks the kernel. Thread-safe;
 * methods that aren't public are called under the kernel's lock, but for {@link #tell}.
 */
final class SimulatedEvents implements KernelEvents {
  private final World world;
  private final Set<Listener<ProcessEvent>> listeners = new LinkedHashSet<>();
  private final Map<Integer, Set<Listener<Exit>>> exits = new HashMap<>();
  private final Map<SystemRecord.Pressure, Map<Listener<Double>, Double>> pressures =
      new HashMap<>();
  private final Map<Listener<Integer>, Level> levels = new LinkedHashMap<>();
  private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
  private final AtomicBoolean telling = new AtomicBoolean();
  private boolean tellsExits = true;
  private boolean tellsProcesses = true;

  SimulatedEvents(World world) {
    this.world = world;
  }

  /** A level of the resident memory of one process, or of any process if the pid is 0. */
  private record Level(int pid, long bytes) {
    boolean concerns(int other) {
      return pid == 0 || pid == other;
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

    void tell(T event) {
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
  public Set<ProcessEvent.Kind> told() {
    return world.peek(
        now ->
            tellsProcesses
                ? EnumSet.allOf(ProcessEvent.Kind.class)
                : EnumSet.noneOf(ProcessEvent.Kind.class));
  }

  /** Notifies whenever a pressure is set to at least that share of the window. */
  @Override
  public Optional<Watch> onPressure(
      SystemRecord.Pressure of, long stallNs, long windowNs, Runnable action) {
    return world.peek(
        now -> {
          if (!tellsProcesses) {
            return Optional.empty();
          }
          double percent = 100.0 * stallNs / windowNs;
          Listener<Double> listener =
              new Listener<>(lost -> action.run(), gone -> forget(of, gone));
          pressures.computeIfAbsent(of, any -> new LinkedHashMap<>()).put(listener, percent);
          return Optional.of(listener);
        });
  }

  private void forget(SystemRecord.Pressure of, Listener<Double> listener) {
    pressures.getOrDefault(of, new HashMap<>()).remove(listener);
  }

  void pressureSet(SystemRecord.Pressure of, double percent) {
    pressures
        .getOrDefault(of, Map.of())
        .forEach(
            (listener, least) -> {
              if (percent >= least) {
                listener.tell(percent);
              }
            });
  }

  @Override
  public Optional<Watch> onResize(ProcessRef process, long bytes, Runnable action) {
    return world.peek(
        now -> {
          if (!tellsProcesses) {
            return Optional.empty();
          }
          Listener<Integer> listener = new Listener<>(pid -> action.run(), levels::remove);
          levels.put(listener, new Level(process == null ? 0 : process.pid(), bytes));
          return Optional.of(listener);
        });
  }

  void resized(int pid, long before, long bytes) {
    levels.forEach(
        (listener, level) -> {
          if (level.concerns(pid) && before > level.bytes() != bytes > level.bytes()) {
            listener.tell(pid);
          }
        });
  }

  void tells(boolean ofExits, boolean ofProcesses) {
    tellsExits = ofExits;
    tellsProcesses = ofProcesses;
  }

  @Override
  public Optional<Watch> onExit(ProcessRef process, Consumer<Exit> action) {
    SimulatedProcessRef ref = (SimulatedProcessRef) process;
    return world.peek(
        now -> {
          if (!tellsExits) {
            return Optional.empty();
          }
          int pid = ref.pid();
          Listener<Exit> listener = new Listener<>(action, gone -> forget(pid, gone));
          if (ref.sight() == null) {
            listener.tell(new Exit(pid, ref.exitStatus(), now));
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
          if (!tellsProcesses) {
            return Optional.empty();
          }
          Listener<ProcessEvent> listener = new Listener<>(action, listeners::remove);
          listeners.add(listener);
          return Optional.of(listener);
        });
  }

  void happened(ProcessEvent.Kind kind, int pid, int parent, int status, long now) {
    ProcessEvent event = new ProcessEvent(kind, pid, parent, status, now);
    listeners.forEach(listener -> listener.tell(event));
  }

  void exited(int pid, int status, long now) {
    Set<Listener<Exit>> waiting = exits.remove(pid);
    if (waiting != null) {
      waiting.forEach(listener -> listener.tell(new Exit(pid, status, now)));
    }
    happened(ProcessEvent.Kind.EXIT, pid, 0, status, now);
  }

  /** All members of a crowd exit at once. There are too many for one event each: LOST is told. */
  void exited(Crowd crowd, int status, long now) {
    for (int pid : List.copyOf(exits.keySet())) {
      if (crowd.holds(pid)) {
        exits.remove(pid).forEach(listener -> listener.tell(new Exit(pid, status, now)));
      }
    }
    happened(ProcessEvent.Kind.LOST, 0, 0, 0, now);
  }

  /** Without the lock: notifies listeners of queued events, unless another thread does so. */
  void tell() {
    while (world.locked(() -> !queue.isEmpty()) && telling.compareAndSet(false, true)) {
      try {
        Runnable next = world.locked(queue::poll);
        while (next != null) {
          next.run();
          next = world.locked(queue::poll);
        }
      } finally {
        telling.set(false);
      }
    }
  }
}
