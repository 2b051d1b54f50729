package kifs.kernel.bpf;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import kifs.kernel.bulk.Query;
import kifs.kernel.locks.BlockedCall;
import kifs.kernel.locks.LockFacts;
import kifs.kernel.locks.SingleWait;
import kifs.kernel.locks.ThreadId;
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

  /** Two readings of when a thread last ran that are closer tell the same time. */
  private static final long SAME_NS = 1_000_000;

  private final LockFacts facts;
  private final Map<Integer, BlockedCall> calls = new HashMap<>();

  private ThreadWaits(LockFacts facts) {
    this.facts = facts;
  }

  /**
   * Looks at these processes; before the pass takes its slot, since this takes one too.
   *
   * @param pids none: all
   * @return null if the query doesn't ask for it, or the kernel doesn't take the program
   */
  static ThreadWaits look(
      BpfEngine engine, Query query, Set<Integer> pids, Cancellation cancellation) {
    boolean wanted =
        query.wants(ThreadRecord.TYPE)
            && (query.fields(ThreadRecord.TYPE, engine.fields(ThreadRecord.TYPE, query.detail()))
                    & FIELDS)
                != 0;
    LockFacts facts = wanted ? engine.newLockFacts() : null;
    if (facts == null) {
      return null;
    }
    ThreadWaits waits = new ThreadWaits(facts);
    facts.begin();
    facts.blocked(pids, false, call -> waits.calls.put(call.tid(), call), cancellation);
    return waits;
  }

  /** Fills those of the fields; a thread that has run since the look waits for nothing. */
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

  private static boolean isSameBlock(BlockedCall call, Record thread) {
    return call.lastRanNs() < 0
        || !thread.has(ThreadRecord.LAST_RAN)
        || Math.abs(thread.get(ThreadRecord.LAST_RAN) - call.lastRanNs()) < SAME_NS;
  }
}
