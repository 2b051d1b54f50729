package kifs.kernel.procfs;

import java.util.Set;
import java.util.TreeSet;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.Totals;
import kifs.kernel.locks.graph.WaitRecords;
import kifs.kernel.procfs.holdings.Holdings;
import kifs.kernel.procfs.probe.Proc;
import kifs.kernel.procfs.process.Capabilities;
import kifs.kernel.procfs.process.CgroupIds;
import kifs.kernel.procfs.process.CommandReader;
import kifs.kernel.procfs.process.ProcessPlan;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.procfs.scan.IdList;
import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.query.Query;
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

  /** The files that tell whether a process is admitted: they are read first. */
  private final ProcessPlan filterPlan;

  private final ProcessPlan processPlan;

  /** Fields that are read for filters and sums, and that nobody asked for. */
  private final long extraFields;

  private final boolean readsProcesses;
  private final ThreadPass threads;
  private final Holdings holdings;

  /** Of which processes WAITs are wanted; null: of all. */
  private final Set<Integer> waiters;

  private final Record spareProcess = Record.allocate(ProcessRecord.TYPE);
  private final Record blankProcess = Record.allocate(ProcessRecord.TYPE);

  /** How far a process got. */
  private enum Outcome {
    /** It has gone. */
    GONE,
    /** A filter leaves it out. */
    FILTERED_OUT,
    /** It is in another state than the query asks for. Its threads may still be in that one. */
    THREADS_ONLY,
    ADMITTED
  }

  /**
   * @param ofOneProcess whether it is about one process: then a TOTAL sums threads, else processes
   */
  Pass(
      Procfs procfs,
      Scan scan,
      Query query,
      boolean ofOneProcess,
      BulkBuilder into,
      Cancellation cancellation) {
    this.procfs = procfs;
    this.proc = procfs.proc();
    this.scan = scan;
    this.query = query;
    this.into = into;
    this.cancellation = cancellation;
    filter = new QueryFilter(query);
    cgroups = proc.newCgroupIds(ofOneProcess ? 1 : CGROUPS);
    threads = new ThreadPass(proc, scan, query, ofOneProcess, into, cancellation);
    holdings = new Holdings(proc, procfs.held(), procfs.shm(), scan, query, ofOneProcess, into);
    wantsProcesses = query.wants(ProcessRecord.TYPE);
    Capabilities kernel = proc.capabilities();
    boolean wantsTotals = query.wants(TotalRecord.TYPE) && !ofOneProcess;
    processTotals = wantsTotals ? kernel.totals(query, ProcessRecord.TYPE) : null;

    long askedFields = wantsProcesses ? fields(ProcessRecord.TYPE) : 0;
    long filterFields = filter.processFields();
    long stateField = filter.hasStates() ? ProcessRecord.STATE.bit() : 0;
    long summedFields = processTotals == null ? 0 : processTotals.needs();
    processPlan = new ProcessPlan(askedFields | filterFields | stateField | summedFields, kernel);
    filterPlan = new ProcessPlan(filterFields, kernel);
    extraFields = processPlan.fields & ~askedFields & ~ProcessRecord.PID.bit();
    boolean filtersProcesses = filterFields != 0 || filter.hasCgroup();
    boolean wantsSomeWaits = query.wants(WaitRecord.TYPE) && (ofOneProcess || filtersProcesses);
    waiters = wantsSomeWaits ? new TreeSet<>() : null;
    boolean stateDecides = filter.hasStates() && wantsMore();
    readsProcesses = wantsProcesses || processTotals != null || filterFields != 0 || stateDecides;
  }

  /** Appends everything that the query asks for. */
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
      IdList pids = new IdList();
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

  /** Appends what is wanted of a process; whether it is there, be it admitted or not. */
  private boolean process(int pid, int dir) {
    Outcome outcome = admits(pid, dir);
    threads.begin(null);
    if (outcome == Outcome.ADMITTED && readsProcesses) {
      outcome = appendProcess(pid, dir);
    }
    if (outcome == Outcome.GONE || outcome == Outcome.FILTERED_OUT) {
      return outcome == Outcome.FILTERED_OUT;
    }
    appendRest(pid, dir, outcome == Outcome.ADMITTED);
    return readsProcesses || scan.existsUnder(dir);
  }

  /** Asks the filters, but for that of the state. */
  private Outcome admits(int pid, int dir) {
    if (filterPlan.fields != 0) {
      spareProcess.copy(blankProcess);
      if (!proc.processes().read(scan, dir, pid, filterPlan, cgroups, spareProcess)) {
        return Outcome.GONE;
      }
      if (!filter.admits(spareProcess)) {
        return Outcome.FILTERED_OUT;
      }
    }
    if (filter.hasCgroup()) {
      scan.inDirectory(dir);
      if (scan.loadWhole(FileName.CGROUP) < 0) {
        return scan.exists(FileName.STAT) ? Outcome.FILTERED_OUT : Outcome.GONE;
      }
      if (!filter.admitsCgroup(scan.cursor)) {
        return Outcome.FILTERED_OUT;
      }
    }
    return Outcome.ADMITTED;
  }

  /** Reads the PROCESS, appends it if it is wanted and admitted, and adds it to the sums. */
  private Outcome appendProcess(int pid, int dir) {
    Record process = wantsProcesses ? into.append(ProcessRecord.TYPE) : spareProcess;
    if (!wantsProcesses) {
      spareProcess.copy(blankProcess);
    }
    boolean there = proc.processes().read(scan, dir, pid, processPlan, cgroups, process);
    Outcome outcome = there ? outcome(process) : Outcome.GONE;
    threads.begin(process);
    if (outcome == Outcome.ADMITTED && processTotals != null) {
      processTotals.add(process);
    }
    if (wantsProcesses && outcome == Outcome.ADMITTED) {
      process.clearAll(extraFields);
    } else if (wantsProcesses) {
      into.removeLast(ProcessRecord.TYPE);
    }
    return outcome;
  }

  private Outcome outcome(Record process) {
    // It may have changed its name or user since it was first looked at.
    if (!filter.admits(process)) {
      return Outcome.FILTERED_OUT;
    }
    boolean stateAdmitted = filter.admitsState(process, ProcessRecord.STATE);
    return stateAdmitted ? Outcome.ADMITTED : Outcome.THREADS_ONLY;
  }

  /**
   * Appends what follows a process's PROCESS.
   *
   * @param stateAdmitted whether the process itself is in a state that the query asks for
   */
  private void appendRest(int pid, int dir, boolean stateAdmitted) {
    if (threads.areWanted()) {
      threads.process(pid, dir);
    }
    if (waiters != null) {
      waiters.add(pid);
    }
    if (!stateAdmitted) {
      return;
    }
    if (query.wants(CommandRecord.TYPE)) {
      CommandReader.append(scan, dir, pid, fields(CommandRecord.TYPE), into);
    }
    if (query.wants(LimitsRecord.TYPE)) {
      limits(pid, dir);
    }
    holdings.process(pid);
  }

  /** Appends WAITs. A thread that waits sleeps, so a query for other states has none. */
  private void waits() {
    boolean noneAdmitted = waiters != null && waiters.isEmpty();
    if (query.wants(WaitRecord.TYPE) && !noneAdmitted && query.admitsState('S')) {
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
    return proc.capabilities().fields(query, type);
  }
}
