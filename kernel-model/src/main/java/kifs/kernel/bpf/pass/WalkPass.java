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

/**
 * One pass by a {@link Walk}: the kernel brings one process after the other in the order of their
 * ids, a slotful at a time, and a {@link Harvest} takes the records. Not thread-safe.
 */
final class WalkPass {
  private final BpfEngine engine;
  private final Walk walk;
  private final Slot slot;
  private final PassRequest request;
  private final Cancellation cancellation;
  private final Harvest harvest;
  private final int[] hidden;
  private int hiddenTaken;

  WalkPass(BpfEngine engine, Walk walk, Slot slot, PassRequest request) {
    this.engine = engine;
    this.walk = walk;
    this.slot = slot;
    this.request = request;
    cancellation = request.cancellation();
    harvest = new Harvest(engine, slot, request);
    hidden = engine.hidden().pids();
    Omissions omissions = new Omissions(request.query(), engine::given, null);
    Lane.ask(engine, slot, request.query(), harvest, omissions);
  }

  /** Whether the program can take all of its filters: it doesn't know of cgroups. */
  static boolean fits(Query query) {
    return SweepPass.fits(query)
        && query.cgroupPath().isEmpty()
        && query.uids().size() <= Capacity.MAX_UIDS.count();
  }

  /**
   * Collects what is asked.
   *
   * @return false if the only process that it is about has gone
   */
  boolean run() {
    Set<Integer> pids = request.query().pids();
    if (request.ofOne()) {
      one(request.process().pid());
    } else if (pids.isEmpty()) {
      all();
    } else {
      pids.forEach(this::seenOrHidden);
    }
    harvest.finish();
    return !request.ofOne() || request.process().isAlive();
  }

  private void seenOrHidden(int pid) {
    if (engine.hidden().contains(pid)) {
      harvest.takeHidden(pid);
    } else if (pid > 0) {
      one(pid);
    }
  }

  private void all() {
    int tasks = walk.open();
    try {
      int large = 0;
      for (boolean ended = false; !ended; ) {
        cancellation.check();
        slot.beginRun(0);
        slot.memory().putInt(RequestLayout.LARGE_PID, large);
        slot.memory().putInt(RequestLayout.STOP_PID, until(large));
        ended = walk.read(tasks, slot);
        int next = ended ? Integer.MAX_VALUE : slot.get(RequestLayout.NEXT);
        boolean nothing = slot.get(RequestLayout.ADMITTED) == 0;
        harvest.take();
        if (large != 0) {
          if (!nothing) {
            threads(large);
          }
          large = 0;
        } else if (!takeHidden(next) && nothing && !ended) {
          large = next;
        }
      }
    } finally {
      Syscalls.close(tasks);
    }
    takeHidden(Integer.MAX_VALUE);
  }

  /**
   * A large process is done by itself; of hidden ones, which the program won't come to, in turn.
   */
  private int until(int large) {
    int nextHidden = hiddenTaken < hidden.length ? hidden[hiddenTaken] : 0;
    return large != 0 ? large + 1 : nextHidden;
  }

  /** Those whose ids come before that one; whether there were any. */
  private boolean takeHidden(int before) {
    int taken = hiddenTaken;
    while (hiddenTaken < hidden.length && hidden[hiddenTaken] < before) {
      harvest.takeHidden(hidden[hiddenTaken++]);
    }
    return hiddenTaken > taken;
  }

  private void one(int pid) {
    cancellation.check();
    slot.work(0, pid, 0, WorkKind.PROCESS_WITH_THREADS);
    if (slot.run(1) == 1) {
      harvest.take();
      return;
    }
    slot.work(0, pid, 0, WorkKind.PROCESS_ONLY);
    slot.run(1);
    boolean admitted = slot.get(RequestLayout.ADMITTED) > 0;
    harvest.take();
    if (admitted) {
      threads(pid);
    }
  }

  /** The threads of a process that has more than a slot holds, in order as all threads come. */
  private void threads(int pid) {
    if (harvest.threadFields() == 0) {
      return;
    }
    slot.work(0, pid, 0, WorkKind.THREADS_ONLY);
    int tasks = walk.open();
    try {
      for (boolean ended = false; !ended; ) {
        cancellation.check();
        slot.beginRun(1);
        ended = walk.read(tasks, slot);
        harvest.take();
      }
    } finally {
      Syscalls.close(tasks);
    }
  }
}
