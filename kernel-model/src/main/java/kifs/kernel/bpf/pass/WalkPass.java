package kifs.kernel.bpf.pass;

import java.util.Set;
import kifs.kernel.bpf.layout.Capacity;
import kifs.kernel.bpf.layout.RequestLayout;
import kifs.kernel.bpf.layout.WorkKind;
import kifs.kernel.bpf.program.Slot;
import kifs.kernel.bpf.program.Walk;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.query.Query;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.ProcessRef;

/**
 * One pass by a {@link Walk}. The kernel visits one process after the other in the order of their
 * ids. Each read fills the slot, and a {@link Harvest} collects the records after each. Not
 * thread-safe.
 */
final class WalkPass {
  private final BpfEngine engine;
  private final Walk walk;
  private final Slot slot;
  private final PassRequest request;
  private final Cancellation cancellation;
  private final Harvest harvest;
  private final InvisibleOrder invisible;

  WalkPass(BpfEngine engine, Walk walk, Slot slot, PassRequest request) {
    this.engine = engine;
    this.walk = walk;
    this.slot = slot;
    this.request = request;
    cancellation = request.cancellation();
    harvest = new Harvest(engine, slot, request);
    invisible = new InvisibleOrder(engine.invisible().pids(), harvest::collectInvisible);
    Omissions omissions = new Omissions(request.query(), engine::provided, null);
    Lane.putQuery(engine, slot, request.query(), harvest, omissions);
  }

  /** Whether the program can apply all filters of a query: it doesn't know cgroups. */
  static boolean fits(Query query) {
    return SweepPass.fits(query)
        && query.cgroupPath().isEmpty()
        && query.uids().size() <= Capacity.MAX_UIDS.count();
  }

  /**
   * Collects the records of the request.
   *
   * @return false if the request is about one process and that has vanished
   */
  boolean run() {
    Set<Integer> pids = request.query().pids();
    ProcessRef one = request.process();
    if (one != null) {
      runOne(one.pid());
    } else if (pids.isEmpty()) {
      runAll();
    } else {
      pids.forEach(this::collectOne);
    }
    harvest.finish();
    return one == null || one.isAlive();
  }

  private void collectOne(int pid) {
    if (engine.invisible().contains(pid)) {
      harvest.collectInvisible(pid);
    } else if (pid > 0) {
      runOne(pid);
    }
  }

  private void runAll() {
    int tasks = walk.open();
    try {
      int large = 0;
      for (boolean ended = false; !ended; ) {
        cancellation.check();
        slot.beginRun(0);
        slot.memory().putInt(RequestLayout.LARGE_PID, large);
        slot.memory().putInt(RequestLayout.STOP_PID, stopPid(large));
        ended = walk.read(tasks, slot);
        int next = ended ? Integer.MAX_VALUE : slot.get(RequestLayout.NEXT);
        boolean nothing = slot.get(RequestLayout.ADMITTED) == 0;
        harvest.collect();
        if (large != 0) {
          if (!nothing) {
            runThreads(large);
          }
          large = 0;
        } else if (!invisible.advance(next) && nothing && !ended) {
          large = next;
        }
      }
    } finally {
      Syscalls.close(tasks);
    }
    invisible.advance(Integer.MAX_VALUE);
  }

  /**
   * The pid at which the program shall stop. A large process is collected by itself. Otherwise the
   * program stops at the next invisible process, which it doesn't visit, so that the order of ids
   * is kept. 0 if the program needn't stop.
   */
  private int stopPid(int large) {
    int nextInvisible = invisible.next();
    if (large != 0) {
      return large + 1;
    }
    return nextInvisible == Integer.MAX_VALUE ? 0 : nextInvisible;
  }

  private void runOne(int pid) {
    cancellation.check();
    slot.putWork(0, pid, 0, WorkKind.PROCESS_WITH_THREADS);
    if (slot.run(1) == 1) {
      harvest.collect();
      return;
    }
    slot.putWork(0, pid, 0, WorkKind.PROCESS_ONLY);
    slot.run(1);
    boolean admitted = slot.get(RequestLayout.ADMITTED) > 0;
    harvest.collect();
    if (admitted) {
      runThreads(pid);
    }
  }

  /**
   * Collects the threads of a process that has more than a slot can hold. It walks over all threads
   * of the host, so they come in order.
   */
  private void runThreads(int pid) {
    if (harvest.threadFields() == 0) {
      return;
    }
    slot.putWork(0, pid, 0, WorkKind.THREADS_ONLY);
    int tasks = walk.open();
    try {
      for (boolean ended = false; !ended; ) {
        cancellation.check();
        slot.beginRun(1);
        ended = walk.read(tasks, slot);
        harvest.collect();
      }
    } finally {
      Syscalls.close(tasks);
    }
  }
}
