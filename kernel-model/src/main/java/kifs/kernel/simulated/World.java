package kifs.kernel.simulated;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntPredicate;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import kifs.kernel.clock.KernelClock;
import kifs.kernel.locks.graph.LockMonitor;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.shm.ShmObjects;
import kifs.kernel.simulated.figures.Figure;
import kifs.kernel.simulated.figures.SimulationException;
import kifs.kernel.source.KernelEvents.ProcessEvent.Kind;
import org.jspecify.annotations.Nullable;

/**
 * All state of a simulated kernel, and its one lock. Each access first carries out the steps of the
 * scenario that are due, and notifies the listeners after it has released the lock.
 *
 * <p>Thread-safe. A listener is never called while the lock is held, and no other lock is acquired
 * while it is held. The methods after the comment "under the lock" are called by a thread that
 * holds it.
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
  private final CgroupTable cgroups = new CgroupTable(this);

  /** The counters of processes that have ended, summed; by {@link Figure#ordinal}. */
  private final long[] ofEnded = new long[Figure.ALL.length];

  private long reads;
  private long forks;

  /** Null: nothing happens except through callers. */
  private @Nullable Scenario scenario;

  /** Ends the thread that drives the scenario; null: there is none. */
  private @Nullable Runnable onClose;

  /**
   * Boot time of the step of the scenario that is carried out now, which the kernel's time is
   * meanwhile; {@link #NO_STEP}: none is.
   */
  private long stepNs = NO_STEP;

  World(KernelClock clock) {
    this.clock = clock;
  }

  // Methods that acquire the lock. Except locked, each of the next five plays the scenario first,
  // and notifies the listeners after it has released the lock.

  /** Reads, without being counted among {@link #reads}: for questions about no figure. */
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
        events.notifyListeners();
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

  /**
   * Carries out the steps of the scenario up to that boot time, or up to now if that is earlier.
   */
  void runTo(long boottimeNs) {
    try {
      locked(
          () -> {
            play(Math.min(boottimeNs, clock.boottimeNs()));
            return null;
          });
    } finally {
      events.notifyListeners();
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

  /** Replaces the scenario. */
  void play(Scenario newScenario) {
    locked(() -> scenario = newScenario);
  }

  /** When the scenario's next step is due; {@link Long#MAX_VALUE}: never. */
  long nextNs() {
    return locked(() -> scenario == null ? Long.MAX_VALUE : scenario.nextNs());
  }

  /** Replaces the action that {@link #close} runs. */
  void onClose(Runnable action) {
    locked(() -> onClose = action);
  }

  void close() {
    Runnable action = locked(() -> onClose);
    if (action != null) {
      action.run();
    }
  }

  // The methods from here on are called under the lock.

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

  CgroupTable cgroups() {
    return cgroups;
  }

  /** The monitor of lock waits, set to read them at that boot time. */
  LockMonitor locks(long nowNs) {
    waits.at(nowNs);
    return locks;
  }

  SimulatedEvents events() {
    return events;
  }

  /** How many accesses went through {@link #readCounted} so far. */
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

  /**
   * Finds shared-memory objects by the mappings of readable processes.
   *
   * @param users as in {@link ShmTable#find}
   * @param unused as there
   */
  ShmObjects findShm(IntPredicate users, boolean unused) {
    return shm.find(pid -> users.test(pid) && isReadable(pid), unused);
  }

  private boolean isReadable(int pid) {
    Sighting of = table.find(pid);
    return of == null || !of.process().isUnreadable();
  }

  /** Fills the wanted fields of a PROCESS record. */
  void fill(Record record, long fields, Sighting sighting, long now) {
    long cgroup = cgroups.require(sighting.process().text().cgroup()).id();
    Filling.process(record, fields, sighting, cgroup, now);
    if ((fields & ProcessRecord.SHM.bit()) == 0) {
      return;
    }
    if (sighting.process().isUnreadable()) {
      record.addFlag(Record.INCOMPLETE);
    } else {
      record.set(ProcessRecord.SHM, shm.mapped(sighting.pid()));
    }
  }

  /** Fills the wanted fields of a THREAD record. */
  void fill(Record record, long fields, Sighting sighting, SimulatedThread thread, long now) {
    Filling.thread(record, fields, sighting, thread, system.cpus(), now);
  }

  SimulatedThread spawnThread(SimulatedProcess process, int tid, String comm) {
    List<SimulatedThread> made = new ArrayList<>(1);
    process.change(now -> made.add(addThread(process, tid, comm, now)));
    return made.get(0);
  }

  /** Adds or ends threads until the process has that many. */
  void resize(SimulatedProcess process, int count, long now) {
    if (count < 1 || count > SimulatedProcess.MAX_THREADS) {
      throw new SimulationException(
          "a process has 1 to " + SimulatedProcess.MAX_THREADS + " threads, not " + count);
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

  /** The process that has an id. A member of a crowd becomes a process of its own by this. */
  SimulatedProcess single(int pid) {
    Sighting found = table.find(pid);
    if (found == null) {
      throw new SimulationException("no process " + pid);
    }
    if (!found.process().isCrowd()) {
      return found.process();
    }
    SimulatedProcess member = table.crowdOf(pid).singleOut(pid);
    table.add(member);
    return member;
  }

  private SimulatedThread addThread(SimulatedProcess process, int tid, String comm, long now) {
    if (process.isCrowd()) {
      throw new SimulationException("the number of threads of a crowd is fixed");
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
      throw new SimulationException("thread " + thread.tid() + " ends only with its process");
    }
    process.removeThread(thread, now);
    table.removeThread(thread.tid());
  }

  void exit(SimulatedProcess process, int status, long now) {
    if (process.isCrowd()) {
      Crowd crowd = table.crowdOf(process.pid());
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

  /** Adds the counters of that many processes like this one, which end now, to {@link #ofEnded}. */
  private void accumulate(SimulatedProcess process, int times, long now) {
    for (Figure figure : Figure.ALL) {
      ofEnded[figure.ordinal()] += times * process.figures().sum(figure, now);
    }
  }

  void rename(SimulatedProcess process, String comm, boolean byExec, long now) {
    process.mainThread().comm(comm);
    if (process.isCrowd()) {
      events.lost(byExec ? Kind.EXEC : Kind.RENAMED, table.crowdOf(process.pid()).size(), now);
    } else {
      events.happened(byExec ? Kind.EXEC : Kind.RENAMED, process.pid(), 0, 0, now);
    }
  }

  private static String commOf(SimulatedProcess process) {
    return new String(process.mainThread().comm(), StandardCharsets.UTF_8);
  }
}
