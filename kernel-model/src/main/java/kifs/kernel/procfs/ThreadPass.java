package kifs.kernel.procfs;

import java.util.List;
import java.util.Map;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.Totals;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.procfs.probe.Proc;
import kifs.kernel.procfs.process.Capabilities;
import kifs.kernel.procfs.process.StatusFile;
import kifs.kernel.procfs.process.ThreadPlan;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.procfs.scan.IdList;
import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.query.Query;
import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.source.Cancellation;
import org.jspecify.annotations.Nullable;

/** The part of a pass that is about the threads of each process. Not thread-safe. */
final class ThreadPass {
  private final Proc proc;
  private final Scan scan;
  private final QueryFilter filter;
  private final BulkBuilder into;
  private final Cancellation cancellation;
  private final boolean wanted;
  private final @Nullable Totals totals;
  private final ThreadPlan plan;

  /**
   * The plan for a main thread whose context switches are known already, from the status of its
   * process.
   */
  private final ThreadPlan mainThreadPlan;

  /** The plan for the threads of an unreadable process. */
  private final ThreadPlan unreadablePlan;

  /** Fields that are read for filters and sums, but that the query doesn't ask for. */
  private final long extraFields;

  private final Record spare = Record.allocate(ThreadRecord.TYPE);
  private final Record blank = Record.allocate(ThreadRecord.TYPE);

  /** Fields of THREAD, and beside each the field of PROCESS that is the main thread's figure. */
  private static final List<Map.Entry<Field, Field>> STATUS =
      List.of(
          Map.entry(ThreadRecord.VOLUNTARY_SWITCHES, ProcessRecord.VOLUNTARY_SWITCHES),
          Map.entry(ThreadRecord.INVOLUNTARY_SWITCHES, ProcessRecord.INVOLUNTARY_SWITCHES),
          Map.entry(ThreadRecord.UID, ProcessRecord.UID),
          Map.entry(ThreadRecord.EUID, ProcessRecord.EUID));

  /** The fields of {@link #STATUS} of the main thread of the process last read, if known. */
  private final Record status = Record.allocate(ThreadRecord.TYPE);

  /** Whether {@link #status} has all of these fields that are wanted. */
  private boolean statusKnown;

  /** Whether the io of the process last read was read, so that nothing of it waits for an exec. */
  private boolean proven;

  /** Whether the process whose threads are read can be read whole. */
  private boolean readable;

  /** Number of threads of the process last read. 0 means not known. */
  private int count;

  /**
   * @param ofOneProcess whether the pass is about one process. A TOTAL then adds up its threads
   */
  ThreadPass(
      Proc proc,
      Scan scan,
      Query query,
      boolean ofOneProcess,
      BulkBuilder into,
      Cancellation cancellation) {
    this.proc = proc;
    this.scan = scan;
    this.into = into;
    this.cancellation = cancellation;
    filter = new QueryFilter(query);
    wanted = query.wants(ThreadRecord.TYPE);
    Capabilities kernel = proc.capabilities();
    boolean wantsTotals = query.wants(TotalRecord.TYPE) && ofOneProcess;
    totals = wantsTotals ? kernel.totals(query, ThreadRecord.TYPE) : null;
    long askedFields = wanted ? kernel.fields(query, ThreadRecord.TYPE) : 0;
    long stateField = filter.hasStates() ? ThreadRecord.STATE.bit() : 0;
    long summedFields = totals == null ? 0 : totals.needs();
    long readFields = askedFields | stateField | summedFields;
    plan = new ThreadPlan(readFields, kernel);
    unreadablePlan = plan.ofUnreadable(kernel);
    mainThreadPlan = new ThreadPlan(readFields & ~StatusFile.THREAD_FIELDS, kernel);
    long identity = ThreadRecord.PID.bit() | ThreadRecord.TID.bit();
    extraFields = plan.fields & ~askedFields & ~identity;
  }

  boolean areWanted() {
    return wanted || totals != null;
  }

  /** Refreshes the clock that dates when threads ran. Called before the first process. */
  void refreshClock() {
    if (plan.lastRan) {
      proc.schedulerClock().refresh();
    }
  }

  /** Forgets what is known about the threads of the process before. */
  void begin() {
    statusKnown = false;
    count = 0;
    proven = false;
  }

  /** Keeps what a PROCESS record says about the process's threads. Called before they are read. */
  void begin(Record process) {
    statusKnown = true;
    for (Map.Entry<Field, Field> field : STATUS) {
      if ((plan.fields & field.getKey().bit()) != 0) {
        statusKnown &= process.has(field.getValue());
        status.set(field.getKey(), process.get(field.getValue()));
      }
    }
    count = (int) process.get(ProcessRecord.THREADS);
    proven = process.has(ProcessRecord.SYSCR);
  }

  /** Reads the threads of the process that {@link #begin} was called for. */
  void process(int pid, int dir) {
    readable = proven || !plan.guarded || proc.guard().isReadable(pid);
    if (count == 1) {
      // The only thread has the process's id, so the directory need not be listed.
      scan.inTask(dir, pid);
      thread(pid, pid);
      return;
    }
    scan.inDirectory(dir);
    int tasks = scan.openDirectory(FileName.TASK);
    if (tasks < 0) {
      return;
    }
    try {
      IdList tids = scan.tids;
      scan.numbers(tasks, tids);
      for (int i = 0; i < tids.size(); i++) {
        cancellation.check();
        scan.inEntry(tasks, tids.get(i));
        thread(pid, tids.get(i));
      }
    } finally {
      Syscalls.close(tasks);
    }
  }

  private void thread(int pid, int tid) {
    Record thread = wanted ? into.append(ThreadRecord.TYPE) : spare;
    if (!wanted) {
      spare.copy(blank);
    }
    // A process's status is that of its main thread. Reading status costs 12 us, so it is not read
    // a second time.
    boolean known = tid == pid && statusKnown;
    ThreadPlan needed = !readable ? unreadablePlan : known ? mainThreadPlan : plan;
    boolean there = proc.threads().read(scan, pid, tid, needed, thread);
    if (!readable) {
      thread.addFlag(Record.INCOMPLETE);
    }
    if (known) {
      putStatus(thread);
    }
    boolean admitted = there && filter.admitsState(thread, ThreadRecord.STATE);
    if (admitted && totals != null) {
      totals.add(thread);
    }
    if (wanted && admitted) {
      thread.clearAll(extraFields);
    } else if (wanted) {
      into.removeLast(ThreadRecord.TYPE);
    }
  }

  private void putStatus(Record thread) {
    for (Map.Entry<Field, Field> field : STATUS) {
      if ((plan.fields & field.getKey().bit()) != 0) {
        thread.set(field.getKey(), status.get(field.getKey()));
      }
    }
  }

  /** Appends the TOTAL, if it is wanted. Called after the last process. */
  void end() {
    if (totals != null) {
      totals.write(into.append(TotalRecord.TYPE));
    }
  }
}
