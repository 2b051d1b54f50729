package kifs.kernel.bpf.pass;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import kifs.kernel.locks.blocked.BlockedCall;
import kifs.kernel.locks.blocked.LockFacts;
import kifs.kernel.locks.blocked.SingleWait;
import kifs.kernel.locks.graph.ThreadId;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.Cancellation;

/**
 * What threads wait for. One run of a program over all of them finds it just before a pass, so that
 * /proc needn't be read for each thread. Not thread-safe.
 */
final class ThreadWaits {
  /** The fields of THREAD that {@link #fill} fills. */
  static final long FIELDS =
      ThreadRecord.WAIT_KIND.bit() | ThreadRecord.WAIT_OBJECT.bit() | ThreadRecord.WAIT_OWNER.bit();

  /** The fields of THREAD that {@link #fill} reads, to see whether the thread has run since. */
  static final long NEEDS =
      ThreadRecord.VOLUNTARY_SWITCHES.bit() | ThreadRecord.INVOLUNTARY_SWITCHES.bit();

  private final LockFacts facts;
  private final Map<Integer, BlockedCall> calls;

  /**
   * @param calls the calls of blocked threads, by tid
   */
  ThreadWaits(LockFacts facts, Map<Integer, BlockedCall> calls) {
    this.facts = facts;
    this.calls = calls;
  }

  /**
   * Finds the blocked threads of some processes.
   *
   * @param facts are used for this alone
   * @param pids the processes; empty: all
   */
  static ThreadWaits find(LockFacts facts, Set<Integer> pids, Cancellation cancellation) {
    Map<Integer, BlockedCall> calls = new HashMap<>();
    facts.begin();
    facts.blocked(pids, false, call -> calls.put(call.tid(), call), cancellation);
    return new ThreadWaits(facts, calls);
  }

  /**
   * Fills the fields, which must be some of {@link #FIELDS}, in a record that has {@link #NEEDS}. A
   * thread that has run since it was found blocked waits for nothing.
   */
  void fill(long fields, Record thread) {
    BlockedCall call = calls.get((int) thread.get(ThreadRecord.TID));
    SingleWait wait =
        call != null && call.pid() == thread.get(ThreadRecord.PID) && isSameBlock(call, thread)
            ? SingleWait.of(call, new Threads(facts, call.pid()))
            : null;
    SingleWait.put(wait, fields, thread);
  }

  /** Finds threads as a process knows them. */
  private record Threads(LockFacts facts, int pid) implements SingleWait.Threads {
    @Override
    public int find(int tid, boolean anywhere) {
      return facts.thread(pid, tid, anywhere).map(ThreadId::tid).orElse(0);
    }

    @Override
    public int sharer(int tid, long word) {
      return facts.sharer(pid, word, tid).map(ThreadId::tid).orElse(0);
    }

    @Override
    public int vforkChild(ThreadId parent) {
      return facts.vforkChild(parent).orElse(0);
    }
  }

  /**
   * Whether the thread has not run since it was found blocked. This compares context switches and
   * not the time of the last run, because {@code sched_clock} may have been measured again between.
   */
  private static boolean isSameBlock(BlockedCall call, Record thread) {
    return call.since().switches() < 0
        || call.since().switches()
            == thread.get(ThreadRecord.VOLUNTARY_SWITCHES)
                + thread.get(ThreadRecord.INVOLUNTARY_SWITCHES);
  }
}
