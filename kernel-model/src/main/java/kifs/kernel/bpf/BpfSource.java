package kifs.kernel.bpf;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import kifs.kernel.bpf.events.BpfEvents;
import kifs.kernel.bpf.events.EventRing;
import kifs.kernel.bpf.events.MemoryLevels;
import kifs.kernel.bpf.holdings.BpfHoldings;
import kifs.kernel.bpf.locks.BpfLockFacts;
import kifs.kernel.bpf.pass.BpfDetails;
import kifs.kernel.bpf.pass.BpfEngine;
import kifs.kernel.bpf.pass.PassMaker;
import kifs.kernel.bpf.program.BpfException;
import kifs.kernel.bpf.program.BpfProgram;
import kifs.kernel.bpf.program.BpfStoppedException;
import kifs.kernel.bpf.program.LibBpf;
import kifs.kernel.bpf.program.Programs;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.locks.blocked.LockFacts;
import kifs.kernel.procfs.ProcfsSource;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.ForwardingSource;
import kifs.kernel.source.KernelEvents;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.SourceKind;

/**
 * The source that reads the running kernel by BPF programs, and through /proc what these can't
 * provide. Thread-safe.
 *
 * <p>If the kernel doesn't run a program any more, all later passes are made through /proc, and a
 * warning says so.
 */
public final class BpfSource extends ForwardingSource {
  private final ProcfsSource procfs;
  private final Programs programs;
  private final BpfEngine engine;
  private final PassMaker passes;
  private final BpfEvents events;

  private BpfSource(ProcfsSource procfs, Programs programs) throws BpfException {
    super(procfs);
    this.procfs = procfs;
    this.programs = programs;
    engine = new BpfEngine(procfs, programs);
    passes = new PassMaker(engine, this::newLockFacts);
    EventRing ring = new EventRing(programs, procfs.clock());
    MemoryLevels levels = engine.isInitialNamespace() ? MemoryLevels.of(programs, ring) : null;
    events = new BpfEvents(procfs.events(), BpfProcess::unwrap, ring, levels, engine::warn);
    if (engine.findsWaits()) {
      procfs.useLockFacts(proc -> new BpfLockFacts(engine, proc));
    }
    if (programs.runs(BpfProgram.FILES)) {
      procfs.useHeldFacts(new BpfHoldings(engine, programs));
    }
  }

  /** Facts of blocked threads for one pass. Empty if no program finds them on this host. */
  private Optional<LockFacts> newLockFacts() {
    return engine.findsWaits()
        ? Optional.of(new BpfLockFacts(engine, procfs.newLockFacts()))
        : Optional.empty();
  }

  /**
   * Loads the programs and opens the source.
   *
   * @param procfs reads the running kernel; {@link #close} closes it, a failed open does not
   * @throws BpfException if this kernel can't run the programs, or the daemon may not load them
   */
  public static BpfSource open(ProcfsSource procfs) throws BpfException {
    return open(procfs, Set.of());
  }

  /**
   * Loads some of the programs and opens the source.
   *
   * @param procfs as in {@link #open(ProcfsSource)}
   * @param without programs to omit, as if this kernel refused them
   * @throws BpfException as in {@link #open(ProcfsSource)}
   */
  public static BpfSource open(ProcfsSource procfs, Set<BpfProgram> without) throws BpfException {
    Programs programs = new Programs(without);
    try {
      return new BpfSource(procfs, programs);
    } catch (BpfException | RuntimeException e) {
      programs.close();
      throw e;
    }
  }

  /**
   * Binds the native library that {@link #open} needs, if it is installed. Otherwise {@code open}
   * binds it.
   */
  public static void bindLibrary() {
    try {
      LibBpf.functions();
    } catch (BpfException e) {
      // open() reports the error, if it is called at all.
    }
  }

  /** The source that provides what the programs can't. Tests compare the programs with it. */
  public ProcfsSource procfs() {
    return procfs;
  }

  @Override
  public SourceKind kind() {
    return engine.isStopped() ? SourceKind.PROCFS : SourceKind.BPF;
  }

  @Override
  public List<String> warnings() {
    List<String> all = new ArrayList<>(procfs.warnings());
    all.addAll(engine.warnings());
    return all;
  }

  @Override
  public Map<String, String> parts() {
    Map<String, String> parts = new LinkedHashMap<>();
    programs.states().forEach((program, state) -> parts.put("bpf." + program, state.toString()));
    return parts;
  }

  @Override
  public long fields(RecordType type, Detail detail) {
    return engine.fields(type, detail);
  }

  @Override
  public void collect(Query query, BulkBuilder into, Cancellation cancellation) {
    boolean useful = wantsPrograms(query) || !Selection.tags(query).isEmpty();
    if (!useful || !passes.fits(query) || !collectByPrograms(query, into, cancellation)) {
      procfs.collect(query, into, cancellation);
    }
  }

  /**
   * Collects by the programs what they provide, and the rest through /proc.
   *
   * @return false if the programs can't be used; then nothing was appended
   */
  private boolean collectByPrograms(Query query, BulkBuilder into, Cancellation cancellation) {
    Set<Integer> selected = Selection.tags(query);
    Set<Integer> others = new TreeSet<>(query.tags());
    others.removeAll(BpfDetails.TAGS);
    others.removeAll(selected);
    try (BpfEngine.Use use = engine.use()) {
      if (!use.isGranted()) {
        return false;
      }
      if (!selected.isEmpty()) {
        Selection.select(passes, query, cancellation)
            .ifPresent(held -> procfs.collect(held, into, cancellation));
      }
      collectOthers(query.withTags(others), into, cancellation);
      if (wantsPrograms(query)) {
        passes.collect(query, null, into, cancellation);
      }
      return true;
    } catch (BpfStoppedException e) {
      engine.stop(e);
      into.clear();
      return false;
    }
  }

  /** Whether a query wants records that the programs make. */
  private static boolean wantsPrograms(Query query) {
    return !Collections.disjoint(query.tags(), BpfDetails.TAGS);
  }

  private void collectOthers(Query query, BulkBuilder into, Cancellation cancellation) {
    if (query.tags().isEmpty()) {
      return;
    }
    long system = query.fields(SystemRecord.TYPE, fields(SystemRecord.TYPE, query.detail()));
    long counted = engine.canList() ? system & SystemRecord.PROCESSES.bit() : 0;
    procfs.collect(query.withFields(SystemRecord.TYPE, system & ~counted), into, cancellation);
    if (query.wants(SystemRecord.TYPE) && counted != 0) {
      into.forEach(SystemRecord.TYPE, this::countProcesses);
    }
  }

  private void countProcesses(Record system) {
    system.set(SystemRecord.PROCESSES, pids().length);
  }

  @Override
  public int[] pids() {
    return engine.pids().orElseGet(procfs::pids);
  }

  @Override
  public Optional<ProcessRef> process(int pid) {
    Optional<ProcessRef> bound = procfs.process(pid);
    return engine.passes().collectsOne()
        ? bound.map(ref -> new BpfProcess(engine, passes, ref))
        : bound;
  }

  @Override
  public void readSystem(long fields, Record into) {
    long counted = engine.canList() ? fields & SystemRecord.PROCESSES.bit() : 0;
    procfs.readSystem(fields & ~counted, into);
    if (counted != 0) {
      countProcesses(into);
    }
  }

  @Override
  public KernelEvents events() {
    return events;
  }

  /** Ends all watches and unloads the programs. The source can't be used after that. */
  @Override
  public void close() {
    events.close();
    procfs.close();
    engine.close();
  }
}
