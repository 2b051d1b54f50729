package kifs.kernel.simulated;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import kifs.kernel.locks.LockMonitor;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.source.KernelClock;
import kifs.kernel.source.KernelEvents.ProcessEvent.Kind;

/**
 * All state of a simulated kernel, and its one lock. A caller that enters, to read or to change,
 * first lets all steps of the scenario happen that are due; a caller that leaves notifies the
 * listeners.
 */
final class World {
  /** As many as a host of our kind allows to all processes together. */
  private static final int MOST_THREADS = 32_768;

  private final KernelClock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final ProcessTable table = new ProcessTable();
  private final SimulatedSystem system = new SimulatedSystem(this);
  private final ShmTable shm = new ShmTable();
  private final SimulatedWaits waits = new SimulatedWaits(table);
  private final LockMonitor locks = new LockMonitor(waits);
  private final SimulatedEvents events = new SimulatedEvents(this);
  private final Map<String, Long> cgroups = new HashMap<>();
  private final long[] ofEnded = new long[Figure.ALL.length];
  private long reads;
  private long forks;

  /** Null: nothing happens but what callers do. */
  private Scenario scenario;

  /** Stops what drives the scenario; null: nothing does. */
  private Runnable onClose;

  /** When the scenario's present step takes place; -1: none is being carried out. */
  private long stepNs = -1;

  World(KernelClock clock) {
    this.clock = clock;
  }

  // Ways in.

  void change(LongConsumer action) {
    update(
        now -> {
          action.accept(now);
          return null;
        });
  }

  <T> T update(LongFunction<T> action) {
    try {
      return quietly(
          () -> {
            if (stepNs >= 0) {
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

  /** A look that is not counted: it reads no figures. */
  <T> T see(LongFunction<T> action) {
    return update(action);
  }

  /** A look that is counted. */
  <T> T read(LongFunction<T> action) {
    return update(
        now -> {
          reads++;
          return action.apply(now);
        });
  }

  /** Under the lock, and nothing else. */
  <T> T quietly(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      lock.unlock();
    }
  }

  void runTo(long boottimeNs) {
    try {
      quietly(
          () -> {
            play(Math.min(boottimeNs, clock.boottimeNs()));
            return null;
          });
    } finally {
      events.tell();
    }
  }

  private void play(long untilNs) {
    if (scenario == null || stepNs >= 0) {
      return;
    }
    try {
      while (scenario.nextNs() <= untilNs) {
        stepNs = scenario.nextNs();
        scenario.step();
      }
    } finally {
      stepNs = -1;
    }
  }

  void play(Scenario newScenario) {
    quietly(() -> scenario = newScenario);
  }

  /** When the scenario's next step is due; {@link Long#MAX_VALUE}: never. */
  long nextNs() {
    return quietly(() -> scenario == null ? Long.MAX_VALUE : scenario.nextNs());
  }

  void onClose(Runnable action) {
    quietly(() -> onClose = action);
  }

  void close() {
    Runnable action = quietly(() -> onClose);
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
    return quietly(() -> reads);
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
    if (count < 1 || count > MOST_THREADS) {
      throw new SimulationException("threads are 1 to " + MOST_THREADS + ", not " + count);
    }
    TreeMap<Integer, SimulatedThread> threads = process.threadTable();
    int above = process.pid();
    while (threads.size() < count) {
      above = table.freeAbove(above);
      addThread(process, above, commOf(process), now);
    }
    while (threads.size() > count) {
      // The first thread stays, even where later ones got lower ids.
      int last = threads.lastKey();
      exit(process, threads.get(last == process.pid() ? threads.firstKey() : last), now);
    }
  }

  private SimulatedThread addThread(SimulatedProcess process, int tid, String comm, long now) {
    if (process.isCrowd()) {
      throw new SimulationException("the threads of a crowd are fixed");
    }
    int id = tid == 0 ? table.freeAbove(process.pid()) : tid;
    table.requireFree(id);
    SimulatedThread thread = new SimulatedThread(process, id, comm, now);
    process.threadTable().put(id, thread);
    table.addThread(id, process);
    forks++;
    return thread;
  }

  void exit(SimulatedProcess process, SimulatedThread thread, long now) {
    if (process.isCrowd() || thread.tid() == process.pid()) {
      throw new SimulationException("thread " + thread.tid() + " ends with its process only");
    }
    process.bury(thread, now);
    table.removeThread(thread.tid());
  }

  void exit(SimulatedProcess process, int status, long now) {
    if (process.isCrowd()) {
      Crowd crowd = table.crowdAt(process.pid());
      bury(process, crowd.size(), now);
      events.exited(crowd, status, now);
      process.end(status);
      table.remove(crowd);
      return;
    }
    bury(process, 1, now);
    Sighting parent = table.find(process.credentials().ppid());
    if (parent != null && !parent.process().isCrowd()) {
      parent.process().figures().inherit(process.figures(), now);
    }
    table.remove(process);
    process.end(status);
    shm.leave(process.pid());
    for (SimulatedProcess other : table.singles()) {
      if (other.credentials().ppid() == process.pid()) {
        other.orphan();
      }
    }
    events.exited(process.pid(), status, now);
  }

  private void bury(SimulatedProcess process, int times, long now) {
    for (Figure figure : Figure.ALL) {
      ofEnded[figure.ordinal()] += times * process.figures().sum(figure, now);
    }
  }

  void rename(SimulatedProcess process, String comm, boolean byExec, long now) {
    process.firstThread().comm(comm);
    if (process.isCrowd()) {
      events.happened(Kind.LOST, 0, 0, 0, now);
    } else {
      events.happened(byExec ? Kind.EXEC : Kind.RENAMED, process.pid(), 0, 0, now);
    }
  }

  private static String commOf(SimulatedProcess process) {
    return new String(process.firstThread().comm(), StandardCharsets.UTF_8);
  }
}
