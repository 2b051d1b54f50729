package kifs.kernel.procfs;

import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.Query;
import kifs.kernel.bulk.Totals;
import kifs.kernel.linux.LibC;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.source.Cancellation;

/** The part of a pass that is about the threads of each process. Not thread-safe. */
final class ThreadPass {
  private final Proc proc;
  private final Scan scan;
  private final QueryFilter filter;
  private final BulkBuilder into;
  private final Cancellation cancellation;
  private final boolean wanted;
  private final Totals totals;
  private final ThreadPlan plan;
  private final ThreadPlan firstPlan;
  private final long extras;
  private final Record spare = Record.allocate(ThreadRecord.TYPE);
  private final byte[] blank = Record.blank(ThreadRecord.TYPE);

  /** Switches of the process last read, which are its first thread's; -1: not known. */
  private long voluntary = -1;

  private long involuntary = -1;

  /**
   * @param ofOne whether the pass is about one process: then a TOTAL sums its threads
   */
  ThreadPass(
      Proc proc,
      Scan scan,
      Query query,
      boolean ofOne,
      BulkBuilder into,
      Cancellation cancellation) {
    this.proc = proc;
    this.scan = scan;
    this.into = into;
    this.cancellation = cancellation;
    filter = new QueryFilter(query);
    wanted = query.wants(ThreadRecord.TYPE);
    boolean sums = query.wants(TotalRecord.TYPE) && ofOne;
    totals = sums ? Pass.totals(proc, query, ThreadRecord.TYPE) : null;
    long asked = wanted ? Pass.fields(proc, query, ThreadRecord.TYPE) : 0;
    long all =
        asked
            | (filter.hasStates() ? ThreadRecord.STATE.bit() : 0)
            | (totals == null ? 0 : totals.needs());
    plan = new ThreadPlan(all, proc.capabilities());
    firstPlan = new ThreadPlan(all & ~StatusFile.THREAD_FIELDS, proc.capabilities());
    long identity = ThreadRecord.PID.bit() | ThreadRecord.TID.bit();
    extras = plan.fields & ~asked & ~identity;
  }

  boolean areWanted() {
    return wanted || totals != null;
  }

  /** Before the first process. */
  void refreshClock() {
    if (plan.lastRan) {
      proc.schedulerClock().refresh();
    }
  }

  /**
   * Before a process's threads are read.
   *
   * @param process what was read of it; null: nothing
   */
  void begin(Record process) {
    boolean known =
        process != null
            && process.has(ProcessRecord.VOLUNTARY_SWITCHES)
            && process.has(ProcessRecord.INVOLUNTARY_SWITCHES);
    voluntary = known ? process.get(ProcessRecord.VOLUNTARY_SWITCHES) : -1;
    involuntary = known ? process.get(ProcessRecord.INVOLUNTARY_SWITCHES) : -1;
  }

  /**
   * Reads the threads of a process.
   *
   * @param count how many there are; 0: not known
   */
  void process(int pid, int dir, int count) {
    if (count == 1) {
      // The only thread bears the process's id: no need to list.
      scan.atTask(dir, pid);
      thread(pid, pid);
      return;
    }
    scan.at(dir);
    int tasks = scan.openDirectory(Name.TASK);
    if (tasks < 0) {
      return;
    }
    try {
      Ids tids = scan.tids;
      scan.numbers(tasks, tids);
      for (int i = 0; i < tids.size(); i++) {
        cancellation.check();
        scan.at(tasks, tids.get(i));
        thread(pid, tids.get(i));
      }
    } finally {
      LibC.close(tasks);
    }
  }

  private void thread(int pid, int tid) {
    Record thread = wanted ? into.append(ThreadRecord.TYPE) : Pass.reset(spare, blank);
    // A process's status is its first thread's: at 12 us, it is not read twice.
    boolean known = tid == pid && voluntary >= 0 && involuntary >= 0;
    boolean there = proc.threads().read(scan, pid, tid, known ? firstPlan : plan, thread);
    if (known) {
      putSwitches(thread);
    }
    boolean admitted = there && filter.admitsState(thread, ThreadRecord.STATE);
    if (admitted && totals != null) {
      totals.add(thread);
    }
    if (wanted && admitted) {
      Pass.clear(thread, extras);
    } else if (wanted) {
      into.removeLast(ThreadRecord.TYPE);
    }
  }

  private void putSwitches(Record thread) {
    if ((plan.fields & ThreadRecord.VOLUNTARY_SWITCHES.bit()) != 0) {
      thread.set(ThreadRecord.VOLUNTARY_SWITCHES, voluntary);
    }
    if ((plan.fields & ThreadRecord.INVOLUNTARY_SWITCHES.bit()) != 0) {
      thread.set(ThreadRecord.INVOLUNTARY_SWITCHES, involuntary);
    }
  }

  /** After the last process. */
  void end() {
    if (totals != null) {
      totals.write(into.append(TotalRecord.TYPE));
    }
  }
}
