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
import kifs.kernel.record.CgroupRecord;
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
import org.jspecify.annotations.Nullable;

/**
 * One pass over processes and their threads. The constructor decides which fields and files the
 * query needs; the pass itself then only reads. Not thread-safe.
 */
final class Pass {
  /** How many cgroups' ids a pass remembers. */
  private static final int CGROUPS = 1024;

  private final Procfs procfs;
  private final Proc proc;
  private final Scan scan;
  private final Query query;
  private final BulkBuilder into;
  private final Cancellation cancellation;
  private final boolean ofOne;

  private final QueryFilter filter;
  private final CgroupIds cgroups;
  private final boolean wantsProcesses;
  private final @Nullable Totals processTotals;

  /** The files that decide whether a process is admitted. They are read first. */
  private final ProcessPlan filterPlan;

  private final ProcessPlan processPlan;

  /** Fields that are read for filters and sums, but that the query doesn't ask for. */
  private final long extraFields;

  private final boolean readsProcesses;
  private final ThreadPass threads;
  private final Holdings holdings;

  /**
   * Ids of the admitted processes, whose WAITs are wanted. Null if the query wants no WAITs, or
   * filters only by pid or not at all: the query's own pids then apply.
   */
  private final @Nullable Set<Integer> waitPids;

  private final Record spareProcess = Record.allocate(ProcessRecord.TYPE);
  private final Record blankProcess = Record.allocate(ProcessRecord.TYPE);

  /** What the filters decided about a process. */
  private enum Outcome {
    /** The process has vanished. */
    VANISHED,
    /** A filter omits the process and its threads. */
    FILTERED_OUT,
    /**
     * The process is in a state that the query doesn't ask for, so its own records are omitted. Its
     * threads may be in another state, so they are read.
     */
    THREADS_ONLY,
    ADMITTED
  }

  /**
   * @param ofOneProcess whether the pass is about one process. A TOTAL then adds up its threads; in
   *     any other pass it adds up processes
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
    this.ofOne = ofOneProcess;
    filter = new QueryFilter(query);
    cgroups = proc.newCgroupIds(ofOneProcess ? 1 : CGROUPS);
    threads = new ThreadPass(proc, scan, query, ofOneProcess, into, cancellation);
    holdings = new Holdings(proc, procfs.held(), procfs.shm(), scan, query, ofOneProcess, into);
    wantsProcesses = query.wants(ProcessRecord.TYPE);
    Capabilities capabilities = proc.capabilities();
    boolean wantsTotals = query.wants(TotalRecord.TYPE) && !ofOneProcess;
    processTotals = wantsTotals ? capabilities.totals(query, ProcessRecord.TYPE) : null;

    long askedFields = wantsProcesses ? fields(ProcessRecord.TYPE) : 0;
    long filterFields = filter.processFields();
    long stateField = filter.hasStates() ? ProcessRecord.STATE.bit() : 0;
    long summedFields = processTotals == null ? 0 : processTotals.needs();
    processPlan =
        new ProcessPlan(askedFields | filterFields | stateField | summedFields, capabilities);
    filterPlan = new ProcessPlan(filterFields, capabilities);
    extraFields = processPlan.fields & ~askedFields & ~ProcessRecord.PID.bit();
    boolean filtersProcesses = filterFields != 0 || filter.hasCgroup();
    boolean wantsSomeWaits = query.wants(WaitRecord.TYPE) && (ofOneProcess || filtersProcesses);
    waitPids = wantsSomeWaits ? new TreeSet<>() : null;
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
    if (query.wants(CgroupRecord.TYPE)) {
      procfs.cgroups().collect(scan, query, fields(CgroupRecord.TYPE), into, cancellation);
    }
    if (readsProcesses || threads.areWanted() || wantsMore() || waitPids != null) {
      runProcesses();
    }
    holdings.end(cancellation);
    appendWaits();
    if (processTotals != null) {
      processTotals.write(into.append(TotalRecord.TYPE));
    }
  }

  /** Whether the query asks for records of a process other than PROCESS and THREAD. */
  private boolean wantsMore() {
    return query.wants(CommandRecord.TYPE)
        || query.wants(LimitsRecord.TYPE)
        || holdings.needsProcesses();
  }

  private void runProcesses() {
    threads.refreshClock();
    if (query.pids().isEmpty()) {
      IdList pids = new IdList();
      proc.root().processes().read(scan, pids);
      for (int i = 0; i < pids.size(); i++) {
        runProcess(pids.get(i));
      }
    } else {
      query.pids().stream().sorted().filter(pid -> pid > 0).forEach(this::runIfProcess);
    }
  }

  /** Skips ids of threads. A query may name them, while a listing of /proc has process ids only. */
  private void runIfProcess(int pid) {
    if (proc.isProcess(scan, pid)) {
      runProcess(pid);
    }
  }

  private void runProcess(int pid) {
    cancellation.check();
    proc.root().withProcess(scan, pid, this::process);
  }

  /**
   * Runs the pass over one process.
   *
   * @param dir the open directory of the process
   * @return false if the process has vanished
   */
  boolean runOne(int pid, int dir) {
    threads.refreshClock();
    boolean there = process(pid, dir);
    holdings.end(cancellation);
    appendWaits();
    if (there) {
      threads.end();
    }
    // Holdings are found by the pid after the process was read. The kernel may have given the pid
    // to another process by then, so the directory is checked once more.
    return there && (!holdings.areWanted() || scan.existsUnder(dir));
  }

  /** Appends the wanted records of a process. Returns whether it exists, admitted or not. */
  private boolean process(int pid, int dir) {
    Outcome outcome = admits(pid, dir);
    threads.begin();
    if (outcome == Outcome.ADMITTED && readsProcesses) {
      outcome = appendProcess(pid, dir);
    }
    if (outcome == Outcome.VANISHED || outcome == Outcome.FILTERED_OUT) {
      return outcome == Outcome.FILTERED_OUT;
    }
    appendRest(pid, dir, outcome == Outcome.ADMITTED);
    return readsProcesses || scan.existsUnder(dir);
  }

  /** Applies every filter except the one on the state. */
  private Outcome admits(int pid, int dir) {
    if (filterPlan.fields != 0) {
      spareProcess.copy(blankProcess);
      if (!proc.processes().read(scan, dir, pid, filterPlan, cgroups, spareProcess)) {
        return Outcome.VANISHED;
      }
      if (!filter.admits(spareProcess)) {
        return Outcome.FILTERED_OUT;
      }
    }
    if (filter.hasCgroup()) {
      scan.inDirectory(dir);
      if (scan.loadWhole(FileName.CGROUP) < 0) {
        return scan.exists(FileName.STAT) ? Outcome.FILTERED_OUT : Outcome.VANISHED;
      }
      if (!filter.admitsCgroup(scan.cursor)) {
        return Outcome.FILTERED_OUT;
      }
    }
    return Outcome.ADMITTED;
  }

  /** Reads the PROCESS record, appends it if it is wanted and admitted, and adds it to the sums. */
  private Outcome appendProcess(int pid, int dir) {
    Record process = wantsProcesses ? into.append(ProcessRecord.TYPE) : spareProcess;
    if (!wantsProcesses) {
      spareProcess.copy(blankProcess);
    }
    boolean there = proc.processes().read(scan, dir, pid, processPlan, cgroups, process);
    Outcome outcome = there ? outcome(process) : Outcome.VANISHED;
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
    // The process may have changed its name or user since admits() read them.
    if (!filter.admits(process)) {
      return Outcome.FILTERED_OUT;
    }
    boolean stateAdmitted = filter.admitsState(process, ProcessRecord.STATE);
    return stateAdmitted ? Outcome.ADMITTED : Outcome.THREADS_ONLY;
  }

  /**
   * Appends the records that follow a process's PROCESS record.
   *
   * @param stateAdmitted whether the process itself is in a state that the query asks for
   */
  private void appendRest(int pid, int dir, boolean stateAdmitted) {
    if (threads.areWanted()) {
      threads.process(pid, dir);
    }
    if (waitPids != null) {
      waitPids.add(pid);
    }
    if (!stateAdmitted) {
      return;
    }
    if (query.wants(CommandRecord.TYPE)) {
      long asked = fields(CommandRecord.TYPE);
      CommandReader.append(scan, proc.guard(), dir, pid, asked, ofOne, into);
    }
    if (query.wants(LimitsRecord.TYPE)) {
      appendLimits(pid, dir);
    }
    holdings.process(pid);
  }

  /**
   * Appends WAIT records. A blocked thread sleeps, so a query for other states gets no WAIT record.
   */
  private void appendWaits() {
    boolean noneAdmitted = waitPids != null && waitPids.isEmpty();
    if (query.wants(WaitRecord.TYPE) && !noneAdmitted && query.admitsState('S')) {
      Set<Integer> pids = waitPids == null ? query.pids() : waitPids;
      long fields = fields(WaitRecord.TYPE);
      WaitRecords.append(procfs.locks(), pids, fields, into, cancellation);
    }
  }

  private void appendLimits(int pid, int dir) {
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
