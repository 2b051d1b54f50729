package kifs.kernel.simulated;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import kifs.kernel.clock.KernelClock;
import kifs.kernel.locks.graph.LockMonitor;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.simulated.figures.Figure;
import kifs.kernel.simulated.figures.SimulationException;
import kifs.kernel.source.KernelEvents.ProcessEvent.Kind;

/**
 * All state of a simulated kernel, and its one lock. A caller that enters, to read or to change,
 * first lets all steps of the scenario happen that are due; a caller that leaves notifies the
 * listeners.
 */
final class World {
  private static final long NO_STEP = -1;

  private final KernelClock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final ProcessTable table = new ProcessTable();
  private final SimulatedSystem system = new SimulatedSystem(this);
  private final ShmTable shm = new ShmTable();
  private final SimulatedWaits waits = new SimulatedWaits(table);
  private final LockMonitor locks = new LockMonitor(waits);
  private final SimulatedEvents events = new SimulatedEvents(this);
  private final Map<String, Long> cgroups = new HashMap<>();

  /** By figure, what processes that ended have counted. */
  private final long[] ofEnded = new long[Figure.ALL.length];

  private long reads;
  private long forks;

  /** Null: nothing happens but what callers do. */
  private Scenario scenario;

  /** Stops what drives the scenario; null: nothing does. */
  private Runnable onClose;

  /** When the scenario's present step takes place, or {@link #NO_STEP}. */
  private long stepNs = NO_STEP;

  World(KernelClock clock) {
    this.clock = clock;
  }

  // The doors. But for locked, each lets the steps of the scenario happen that are due, and
  // notifies
  // listeners after the lock was released.

  /** Reads without being counted: for questions that ask for no figures. */
  <T> T peek(LongFunction<T> question) {
    return withScenarioPlayed(question);
  }

  /** Reads, and is counted among {@link #reads}. */
  <T> T readCounted(LongFunction<T> question) {
    return withScenarioPlayed(
        now -> {
          reads++;
          return question.apply(now);
        });
  }

  /** Changes the kernel. */
  void mutate(LongConsumer change) {
    withScenarioPlayed(
        now -> {
          change.accept(now);
          return null;
        });
  }

  /** Changes the kernel, and returns what the change made. */
  <T> T withScenarioPlayed(LongFunction<T> action) {
    try {
      return locked(
          () -> {
            if (stepNs != NO_STEP) {
              return action.apply(stepNs);
            }
            long now = clock.boottimeNs();
            play(now);
            return action.apply(now);
          });
    } finally {
      if (!lock.isHeldByCurrentThread()) {
        events.tell();
      }
    }
  }

  /** Holds the lock, and does nothing else: the scenario isn't played, no listener is notified. */
  <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  void runTo(long boottimeNs) {
    try {
      locked(
          () -> {
            play(Math.min(boottimeNs, clock.boottimeNs()));
            return null;
          });
    } finally {
      events.tell();
    }
  }

  private void play(long untilNs) {
    if (scenario == null || stepNs != NO_STEP) {
      return;
    }
    try {
      while (scenario.nextNs() <= untilNs) {
        stepNs = scenario.nextNs();
        scenario.step();
      }
    } finally {
      stepNs = NO_STEP;
    }
  }

  void play(Scenario newScenario) {
    locked(() -> scenario = newScenario);
  }

  /** When the scenario's next step is due; {@link Long#MAX_VALUE}: never. */
  long nextNs() {
    return locked(() -> scenario == null ? Long.MAX_VALUE : scenario.nextNs());
  }

  void onClose(Runnable action) {
    locked(() -> onClose = action);
  }

  void close() {
    Runnable action = locked(() -> onClose);
    if (action != null) {
      action.run();
    }
  }

  // What follows happens under the lock.

  KernelClock clock() {
    return clock;
  }

  ProcessTable table() {
    return table;
  }

  SimulatedSystem system() {
    return system;
  }

  ShmTable shm() {
    return shm;
  }

  LockMonitor locks(long nowNs) {
    waits.at(nowNs);
    return locks;
  }

  SimulatedEvents events() {
    return events;
  }

  long reads() {
    return locked(() -> reads);
  }

  long forks() {
    return forks;
  }

  void forked(long count) {
    forks += count;
  }

  long bootRealtimeNs() {
    return clock.realtimeNs() - clock.boottimeNs();
  }

  Census census(long now) {
    return new Census(table, ofEnded, now);
  }

  void fill(Record record, long fields, Sighting of, long now) {
    // The root has 1, as in cgroup v2; the others get theirs when they are first seen.
    cgroups.putIfAbsent("/", 1L);
    String path = of.process().text().cgroup();
    long cgroup = cgroups.computeIfAbsent(path, p -> cgroups.size() + 1L);
    Filling.process(record, fields, of, cgroup, now);
    if ((fields & ProcessRecord.SHM.bit()) != 0) {
      record.set(ProcessRecord.SHM, shm.mapped(of.pid()));
    }
  }

  void fill(Record record, long fields, Sighting of, SimulatedThread thread, long now) {
    Filling.thread(record, fields, of, thread, system.processors(), now);
  }

  SimulatedThread spawnThread(SimulatedProcess process, int tid, String comm) {
    List<SimulatedThread> made = new ArrayList<>(1);
    process.change(now -> made.add(addThread(process, tid, comm, now)));
    return made.get(0);
  }

  void resize(SimulatedProcess process, int count, long now) {
    if (count < 1 || count > SimulatedProcess.MAX_THREADS) {
      throw new SimulationException(
          "threads are 1 to " + SimulatedProcess.MAX_THREADS + ", not " + count);
    }
    int above = process.pid();
    while (process.threadCount() < count) {
      above = table.freeAbove(above);
      addThread(process, above, commOf(process), now);
    }
    while (process.threadCount() > count) {
      exit(process, process.spareThread(), now);
    }
  }

  private SimulatedThread addThread(SimulatedProcess process, int tid, String comm, long now) {
    if (process.isCrowd()) {
      throw new SimulationException("the threads of a crowd are fixed");
    }
    int id = tid == 0 ? table.freeAbove(process.pid()) : tid;
    table.requireFree(id);
    SimulatedThread thread = new SimulatedThread(process, id, comm, now);
    process.addThread(thread);
    table.addThread(id, process);
    forks++;
    return thread;
  }

  void exit(SimulatedProcess process, SimulatedThread thread, long now) {
    if (process.isCrowd() || thread.tid() == process.pid()) {
      throw new SimulationException("thread " + thread.tid() + " ends with its process only");
    }
    process.removeThread(thread, now);
    table.removeThread(thread.tid());
  }

  void exit(SimulatedProcess process, int status, long now) {
    if (process.isCrowd()) {
      Crowd crowd = table.crowdAt(process.pid());
      accumulate(process, crowd.size(), now);
      events.exited(crowd, status, now);
      process.end(status);
      table.remove(crowd);
      return;
    }
    accumulate(process, 1, now);
    Sighting parent = table.find(process.credentials().ppid());
    if (parent != null && !parent.process().isCrowd()) {
      parent.process().figures().accumulateChild(process.figures(), now);
    }
    table.remove(process);
    process.end(status);
    shm.leave(process.pid());
    for (SimulatedProcess other : table.singles()) {
      if (other.credentials().ppid() == process.pid()) {
        other.reparentToInit();
      }
    }
    events.exited(process.pid(), status, now);
  }

  /** Keeps what that many processes like this one have counted, because they end. */
  private void accumulate(SimulatedProcess process, int times, long now) {
    for (Figure figure : Figure.ALL) {
      ofEnded[figure.ordinal()] += times * process.figures().sum(figure, now);
    }
  }

  void rename(SimulatedProcess process, String comm, boolean byExec, long now) {
    process.mainThread().comm(comm);
    if (process.isCrowd()) {
      events.happened(Kind.LOST, 0, 0, 0, now);
    } else {
      events.happened(byExec ? Kind.EXEC : Kind.RENAMED, process.pid(), 0, 0, now);
    }
  }

  private static String commOf(SimulatedProcess process) {
    return new String(process.mainThread().comm(), StandardCharsets.UTF_8);
  }
}
