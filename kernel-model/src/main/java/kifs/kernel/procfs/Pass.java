package kifs.kernel.procfs;

import java.util.Set;
import java.util.TreeSet;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.Detail;
import kifs.kernel.bulk.Query;
import kifs.kernel.bulk.Totals;
import kifs.kernel.linux.LibC;
import kifs.kernel.locks.WaitRecords;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.CpuRecord;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.record.WaitRecord;
import kifs.kernel.source.Cancellation;

/**
 * One pass over processes and their threads. What it needs of a query is worked out once, here;
 * then it only reads. Not thread-safe.
 */
final class Pass {
  /** Cgroups whose ids are remembered within a pass. */
  private static final int CGROUPS = 1024;

  private final Procfs procfs;
  private final Scan scan;
  private final Query query;
  private final BulkBuilder into;
  private final Cancellation cancellation;

  private final QueryFilter filter;
  private final CgroupIds cgroups;
  private final boolean wantsProcesses;
  private final boolean wantsThreads;
  private final Totals processTotals;
  private final Totals threadTotals;
  private final ProcessPlan filterPlan;
  private final ProcessPlan processPlan;
  private final ThreadPlan threadPlan;
  private final ThreadPlan firstThreadPlan;
  private final long processExtras;
  private final long threadExtras;
  private final boolean readsProcesses;
  private final Holdings holdings;

  /** Of which processes WAITs are wanted; null: of all. */
  private final Set<Integer> waiters;

  /** Switches of the process last read, which are its first thread's; -1: not known. */
  private long voluntary = -1;

  private long involuntary = -1;
  private final Record spareProcess = Record.allocate(ProcessRecord.TYPE);
  private final Record spareThread = Record.allocate(ThreadRecord.TYPE);
  private final byte[] blankProcess = Record.blank(ProcessRecord.TYPE);
  private final byte[] blankThread = Record.blank(ThreadRecord.TYPE);

  /**
   * @param ofOne whether it is about one process: then a TOTAL sums threads, else processes
   */
  Pass(
      Procfs procfs,
      Scan scan,
      Query query,
      boolean ofOne,
      BulkBuilder into,
      Cancellation cancellation) {
    this.procfs = procfs;
    this.scan = scan;
    this.query = query;
    this.into = into;
    this.cancellation = cancellation;
    filter = new QueryFilter(query);
    cgroups = procfs.newCgroupIds(ofOne ? 1 : CGROUPS);
    holdings = new Holdings(procfs, scan, query, ofOne, into);
    wantsProcesses = query.wants(ProcessRecord.TYPE);
    wantsThreads = query.wants(ThreadRecord.TYPE);
    boolean totals = query.wants(TotalRecord.TYPE);
    processTotals = totals && !ofOne ? totals(ProcessRecord.TYPE) : null;
    threadTotals = totals && ofOne ? totals(ThreadRecord.TYPE) : null;

    boolean states = filter.hasStates();
    long asked = wantsProcesses ? fields(ProcessRecord.TYPE) : 0;
    long filtering = filter.processFields() | (states ? ProcessRecord.STATE.bit() : 0);
    long all = asked | filtering | (processTotals == null ? 0 : processTotals.needs());
    processPlan = new ProcessPlan(all, procfs.capabilities());
    filterPlan = new ProcessPlan(filter.processFields(), procfs.capabilities());
    processExtras = processPlan.fields & ~asked & ~ProcessRecord.PID.bit();
    boolean filters = filter.processFields() != 0 || filter.hasCgroup();
    waiters = query.wants(WaitRecord.TYPE) && (ofOne || filters) ? new TreeSet<>() : null;
    boolean besides = wantsMore();
    readsProcesses =
        wantsProcesses || processTotals != null || filter.processFields() != 0 || states && besides;

    long threadAsked = wantsThreads ? fields(ThreadRecord.TYPE) : 0;
    long threadAll =
        threadAsked
            | (states ? ThreadRecord.STATE.bit() : 0)
            | (threadTotals == null ? 0 : threadTotals.needs());
    threadPlan = new ThreadPlan(threadAll, procfs.capabilities());
    firstThreadPlan = new ThreadPlan(threadAll & ~StatusFile.THREAD_FIELDS, procfs.capabilities());
    long identity = ThreadRecord.PID.bit() | ThreadRecord.TID.bit();
    threadExtras = threadPlan.fields & ~threadAsked & ~identity;
  }

  /** Everything. */
  void run() {
    if (query.wants(SystemRecord.TYPE)) {
      procfs.system().read(scan, fields(SystemRecord.TYPE), into.append(SystemRecord.TYPE));
    }
    if (query.wants(CpuRecord.TYPE)) {
      procfs.system().readCpus(scan, fields(CpuRecord.TYPE), into);
    }
    if (readsProcesses || wantsThreads || wantsMore() || waiters != null) {
      runProcesses();
    }
    holdings.end(cancellation);
    waits();
    if (processTotals != null) {
      processTotals.write(into.append(TotalRecord.TYPE));
    }
  }

  /** Whether there is something to be read of a process beside PROCESS and THREAD. */
  private boolean wantsMore() {
    return query.wants(CommandRecord.TYPE)
        || query.wants(LimitsRecord.TYPE)
        || holdings.needsProcesses();
  }

  private void runProcesses() {
    refreshClock();
    if (query.pids().isEmpty()) {
      Ids pids = new Ids();
      procfs.system().listProcesses(scan, pids);
      for (int i = 0; i < pids.size(); i++) {
        runProcess(pids.get(i));
      }
    } else {
      query.pids().stream().sorted().filter(pid -> pid > 0).forEach(this::runProcessIfAny);
    }
  }

  /** Ids that a caller names may be those of threads; a listing has none of these. */
  private void runProcessIfAny(int pid) {
    if (procfs.isProcess(scan, pid)) {
      runProcess(pid);
    }
  }

  private void runProcess(int pid) {
    cancellation.check();
    procfs.root().withProcess(scan, pid, this::process);
  }

  /**
   * One process, bound.
   *
   * @return false if it has gone
   */
  boolean runOne(int pid, int dir) {
    refreshClock();
    boolean there = process(pid, dir);
    holdings.end(cancellation);
    waits();
    if (threadTotals != null && there) {
      threadTotals.write(into.append(TotalRecord.TYPE));
    }
    // What is looked at behind the process goes by its id, which may be another's by then.
    return there && (!holdings.areWanted() || scan.existsUnder(dir));
  }

  /** Whether it is there, be it admitted or not. */
  private boolean process(int pid, int dir) {
    if (filterPlan.fields != 0) {
      Record first = reset(spareProcess, blankProcess);
      if (!procfs.processes().read(scan, dir, pid, filterPlan, cgroups, first)) {
        return false;
      }
      if (!filter.admits(first)) {
        return true;
      }
    }
    if (filter.hasCgroup()) {
      scan.at(dir);
      if (scan.loadWhole(Name.CGROUP) < 0) {
        return scan.exists(Name.STAT);
      }
      if (!filter.admitsCgroup(scan.cursor)) {
        return true;
      }
    }
    int threads = 0;
    boolean itself = true;
    rememberSwitches(null);
    if (readsProcesses) {
      Record process =
          wantsProcesses ? into.append(ProcessRecord.TYPE) : reset(spareProcess, blankProcess);
      boolean there = procfs.processes().read(scan, dir, pid, processPlan, cgroups, process);
      // It may have changed its name or user since it was first looked at.
      boolean admitted = there && filter.admits(process);
      itself = admitted && filter.admitsState(process, ProcessRecord.STATE);
      threads = (int) process.get(ProcessRecord.THREADS);
      rememberSwitches(process);
      if (itself && processTotals != null) {
        processTotals.add(process);
      }
      if (wantsProcesses && itself) {
        clear(process, processExtras);
      } else if (wantsProcesses) {
        into.removeLast(ProcessRecord.TYPE);
      }
      if (!admitted) {
        return there;
      }
    }
    if (wantsThreads || threadTotals != null) {
      threads(pid, dir, threads);
    }
    if (waiters != null) {
      waiters.add(pid);
    }
    if (itself && query.wants(CommandRecord.TYPE)) {
      CommandReader.append(scan, dir, pid, fields(CommandRecord.TYPE), into);
    }
    if (itself && query.wants(LimitsRecord.TYPE)) {
      limits(pid, dir);
    }
    if (itself) {
      holdings.process(pid);
    }
    return readsProcesses || scan.existsUnder(dir);
  }

  /** Who waits sleeps. */
  private void waits() {
    boolean nobody = waiters != null && waiters.isEmpty();
    if (query.wants(WaitRecord.TYPE) && !nobody && query.admitsState('S')) {
      Set<Integer> pids = waiters == null ? query.pids() : waiters;
      long fields = fields(WaitRecord.TYPE);
      WaitRecords.append(procfs.locks(), pids, fields, into, cancellation);
    }
  }

  private void limits(int pid, int dir) {
    Record limits = into.append(LimitsRecord.TYPE);
    long fields = fields(LimitsRecord.TYPE);
    if (!procfs.processes().readLimits(scan, dir, pid, fields, limits)) {
      into.removeLast(LimitsRecord.TYPE);
    }
  }

  /**
   * @param count how many there are; 0: not known
   */
  private void threads(int pid, int dir, int count) {
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
    Record thread = wantsThreads ? into.append(ThreadRecord.TYPE) : reset(spareThread, blankThread);
    // A process's status is its first thread's: at 12 us, it is not read twice.
    boolean known = tid == pid && voluntary >= 0 && involuntary >= 0;
    ThreadPlan plan = known ? firstThreadPlan : threadPlan;
    boolean there = procfs.threads().read(scan, pid, tid, plan, thread);
    if (known) {
      putSwitches(thread);
    }
    boolean admitted = there && filter.admitsState(thread, ThreadRecord.STATE);
    if (admitted && threadTotals != null) {
      threadTotals.add(thread);
    }
    if (wantsThreads && admitted) {
      clear(thread, threadExtras);
    } else if (wantsThreads) {
      into.removeLast(ThreadRecord.TYPE);
    }
  }

  private void rememberSwitches(Record process) {
    boolean known =
        process != null
            && process.has(ProcessRecord.VOLUNTARY_SWITCHES)
            && process.has(ProcessRecord.INVOLUNTARY_SWITCHES);
    voluntary = known ? process.get(ProcessRecord.VOLUNTARY_SWITCHES) : -1;
    involuntary = known ? process.get(ProcessRecord.INVOLUNTARY_SWITCHES) : -1;
  }

  private void putSwitches(Record thread) {
    if ((threadPlan.fields & ThreadRecord.VOLUNTARY_SWITCHES.bit()) != 0) {
      thread.set(ThreadRecord.VOLUNTARY_SWITCHES, voluntary);
    }
    if ((threadPlan.fields & ThreadRecord.INVOLUNTARY_SWITCHES.bit()) != 0) {
      thread.set(ThreadRecord.INVOLUNTARY_SWITCHES, involuntary);
    }
  }

  private void refreshClock() {
    if (threadPlan.lastRan) {
      procfs.schedulerClock().refresh();
    }
  }

  private Totals totals(RecordType of) {
    return new Totals(of, fields(TotalRecord.TYPE), procfs.capabilities().fields(of, Detail.FULL));
  }

  private long fields(RecordType type) {
    return query.fields(type, procfs.capabilities().fields(type, query.detail()));
  }

  private static Record reset(Record record, byte[] blank) {
    record.buffer().put(record.offset(), blank);
    return record;
  }

  private static void clear(Record record, long fields) {
    for (long rest = fields; rest != 0; rest &= rest - 1) {
      record.clear(record.type().fields().get(Long.numberOfTrailingZeros(rest)));
    }
  }
}
