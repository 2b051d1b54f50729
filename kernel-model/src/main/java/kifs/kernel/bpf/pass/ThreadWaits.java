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
 * What threads wait for, found in one walk over all of them just before a pass; else /proc would be
 * asked for each thread by itself. Not thread-safe.
 */
final class ThreadWaits {
  /** What it fills. */
  static final long FIELDS =
      ThreadRecord.WAIT_KIND.bit() | ThreadRecord.WAIT_OBJECT.bit() | ThreadRecord.WAIT_OWNER.bit();

  /** By what it sees whether a thread has run since the look. */
  static final long NEEDS =
      ThreadRecord.VOLUNTARY_SWITCHES.bit() | ThreadRecord.INVOLUNTARY_SWITCHES.bit();

  private final LockFacts facts;
  private final Map<Integer, BlockedCall> calls;

  /**
   * @param calls of blocked threads, by thread
   */
  ThreadWaits(LockFacts facts, Map<Integer, BlockedCall> calls) {
    this.facts = facts;
    this.calls = calls;
  }

  /**
   * Looks at the blocked threads of these processes.
   *
   * @param facts of this look alone
   * @param pids none: all
   */
  static ThreadWaits look(LockFacts facts, Set<Integer> pids, Cancellation cancellation) {
    Map<Integer, BlockedCall> calls = new HashMap<>();
    facts.begin();
    facts.blocked(pids, false, call -> calls.put(call.tid(), call), cancellation);
    return new ThreadWaits(facts, calls);
  }

  /**
   * Fills those of the fields, given {@link #NEEDS}; a thread that has run since the look waits for
   * nothing.
   */
  void fill(long fields, Record thread) {
    BlockedCall call = calls.get((int) thread.get(ThreadRecord.TID));
    boolean blocked = call != null && call.pid() == thread.get(ThreadRecord.PID);
    SingleWait wait =
        blocked && isSameBlock(call, thread)
            ? SingleWait.of(call, (tid, anywhere) -> owner(call.pid(), tid, anywhere))
            : null;
    SingleWait.put(wait, fields, thread);
  }

  private int owner(int pid, int tid, boolean anywhere) {
    return facts.thread(pid, tid, anywhere).map(ThreadId::tid).orElse(0);
  }

  /** Not by when it last ran: the clock for that may have been measured again meanwhile. */
  private static boolean isSameBlock(BlockedCall call, Record thread) {
    return call.since().switches() < 0
        || call.since().switches()
            == thread.get(ThreadRecord.VOLUNTARY_SWITCHES)
                + thread.get(ThreadRecord.INVOLUNTARY_SWITCHES);
  }
}
