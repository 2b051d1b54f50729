package kifs.kernel.procfs;

import java.util.Set;
import java.util.TreeSet;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.Detail;
import kifs.kernel.bulk.Query;
import kifs.kernel.bulk.Totals;
import kifs.kernel.locks.WaitRecords;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.CpuRecord;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.SystemRecord;
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
  private final Proc proc;
  private final Scan scan;
  private final Query query;
  private final BulkBuilder into;
  private final Cancellation cancellation;

  private final QueryFilter filter;
  private final CgroupIds cgroups;
  private final boolean wantsProcesses;
  private final Totals processTotals;
  private final ProcessPlan filterPlan;
  private final ProcessPlan processPlan;
  private final long processExtras;
  private final boolean readsProcesses;
  private final ThreadPass threads;
  private final Holdings holdings;

  /** Of which processes WAITs are wanted; null: of all. */
  private final Set<Integer> waiters;

  private final Record spareProcess = Record.allocate(ProcessRecord.TYPE);
  private final byte[] blankProcess = Record.blank(ProcessRecord.TYPE);

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
    this.proc = procfs.proc();
    this.scan = scan;
    this.query = query;
    this.into = into;
    this.cancellation = cancellation;
    filter = new QueryFilter(query);
    cgroups = proc.newCgroupIds(ofOne ? 1 : CGROUPS);
    threads = new ThreadPass(proc, scan, query, ofOne, into, cancellation);
    holdings = new Holdings(proc, procfs.held(), procfs.shm(), scan, query, ofOne, into);
    wantsProcesses = query.wants(ProcessRecord.TYPE);
    boolean totals = query.wants(TotalRecord.TYPE);
    processTotals = totals && !ofOne ? totals(proc, query, ProcessRecord.TYPE) : null;

    boolean states = filter.hasStates();
    long asked = wantsProcesses ? fields(ProcessRecord.TYPE) : 0;
    long filtering = filter.processFields() | (states ? ProcessRecord.STATE.bit() : 0);
    long all = asked | filtering | (processTotals == null ? 0 : processTotals.needs());
    processPlan = new ProcessPlan(all, proc.capabilities());
    filterPlan = new ProcessPlan(filter.processFields(), proc.capabilities());
    processExtras = processPlan.fields & ~asked & ~ProcessRecord.PID.bit();
    boolean filters = filter.processFields() != 0 || filter.hasCgroup();
    waiters = query.wants(WaitRecord.TYPE) && (ofOne || filters) ? new TreeSet<>() : null;
    boolean besides = wantsMore();
    readsProcesses =
        wantsProcesses || processTotals != null || filter.processFields() != 0 || states && besides;
  }

  /** Everything. */
  void run() {
    if (query.wants(SystemRecord.TYPE)) {
      proc.system().read(scan, fields(SystemRecord.TYPE), into.append(SystemRecord.TYPE));
    }
    if (query.wants(CpuRecord.TYPE)) {
      proc.system().readCpus(scan, fields(CpuRecord.TYPE), into);
    }
    if (readsProcesses || threads.areWanted() || wantsMore() || waiters != null) {
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
    threads.refreshClock();
    if (query.pids().isEmpty()) {
      Ids pids = new Ids();
      proc.system().listProcesses(scan, pids);
      for (int i = 0; i < pids.size(); i++) {
        runProcess(pids.get(i));
      }
    } else {
      query.pids().stream().sorted().filter(pid -> pid > 0).forEach(this::runProcessIfAny);
    }
  }

  /** Ids that a caller names may be those of threads; a listing has none of these. */
  private void runProcessIfAny(int pid) {
    if (proc.isProcess(scan, pid)) {
      runProcess(pid);
    }
  }

  private void runProcess(int pid) {
    cancellation.check();
    proc.root().withProcess(scan, pid, this::process);
  }

  /**
   * One process, bound.
   *
   * @return false if it has gone
   */
  boolean runOne(int pid, int dir) {
    threads.refreshClock();
    boolean there = process(pid, dir);
    holdings.end(cancellation);
    waits();
    if (there) {
      threads.end();
    }
    // What is looked at behind the process goes by its id, which may be another's by then.
    return there && (!holdings.areWanted() || scan.existsUnder(dir));
  }

  /** Whether it is there, be it admitted or not. */
  private boolean process(int pid, int dir) {
    if (filterPlan.fields != 0) {
      Record first = reset(spareProcess, blankProcess);
      if (!proc.processes().read(scan, dir, pid, filterPlan, cgroups, first)) {
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
    int count = 0;
    boolean itself = true;
    threads.begin(null);
    if (readsProcesses) {
      Record process =
          wantsProcesses ? into.append(ProcessRecord.TYPE) : reset(spareProcess, blankProcess);
      boolean there = proc.processes().read(scan, dir, pid, processPlan, cgroups, process);
      // It may have changed its name or user since it was first looked at.
      boolean admitted = there && filter.admits(process);
      itself = admitted && filter.admitsState(process, ProcessRecord.STATE);
      count = (int) process.get(ProcessRecord.THREADS);
      threads.begin(process);
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
    if (threads.areWanted()) {
      threads.process(pid, dir, count);
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
    if (!proc.processes().readLimits(scan, dir, pid, fields, limits)) {
      into.removeLast(LimitsRecord.TYPE);
    }
  }

  private long fields(RecordType type) {
    return fields(proc, query, type);
  }

  /** What a query asks of a type. */
  static long fields(Proc proc, Query query, RecordType type) {
    return query.fields(type, proc.capabilities().fields(type, query.detail()));
  }

  /** Sums of what it asks of TOTAL. */
  static Totals totals(Proc proc, Query query, RecordType of) {
    long fields = fields(proc, query, TotalRecord.TYPE);
    return new Totals(of, fields, proc.capabilities().fields(of, Detail.FULL));
  }

  static Record reset(Record record, byte[] blank) {
    record.buffer().put(record.offset(), blank);
    return record;
  }

  static void clear(Record record, long fields) {
    for (long rest = fields; rest != 0; rest &= rest - 1) {
      record.clear(record.type().fields().get(Long.numberOfTrailingZeros(rest)));
    }
  }
}
