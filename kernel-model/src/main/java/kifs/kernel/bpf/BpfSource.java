package kifs.kernel.bpf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.Detail;
import kifs.kernel.bulk.Host;
import kifs.kernel.bulk.Query;
import kifs.kernel.bulk.Totals;
import kifs.kernel.linux.LibC;
import kifs.kernel.linux.MappedMemory;
import kifs.kernel.linux.SchedulerClock;
import kifs.kernel.locks.LockFacts;
import kifs.kernel.locks.ThreadId;
import kifs.kernel.procfs.ProcfsSource;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.KernelClock;
import kifs.kernel.source.KernelEvents;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ShmRef;
import kifs.kernel.source.SourceKind;

/**
 * The running kernel seen through BPF programs, and through /proc where they can't see.
 * Thread-safe.
 *
 * <p>Where a program can't be run any more, passes are made through /proc from then on, and a
 * warning says so.
 */
public final class BpfSource implements KernelSource {
  /** Tags of the records that the programs make; the others come through /proc. */
  static final Set<Integer> OURS =
      Set.of(
          ProcessRecord.TYPE.tag(),
          ThreadRecord.TYPE.tag(),
          CommandRecord.TYPE.tag(),
          LimitsRecord.TYPE.tag(),
          TotalRecord.TYPE.tag());

  private final ProcfsSource procfs;
  private final Programs programs;
  private final Passes passes;
  private final MappedMemory host;
  private final SchedulerClock schedulerClock;
  private final BpfEvents events;
  private final HiddenProcesses hidden;
  private final boolean firstNamespace;
  private final Helper helper = Helper.ifUseful();
  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private final CommandCache commands = new CommandCache();
  private volatile boolean stopped;
  private int looks;
  private boolean closed;

  private BpfSource(ProcfsSource procfs, Programs programs) throws BpfException {
    this.procfs = procfs;
    this.programs = programs;
    host = programs.host();
    host.buffer().putLong(SharedLayout.PAGE_SHIFT, Integer.numberOfTrailingZeros(LibC.pageSize()));
    firstNamespace = host.buffer().getInt(SharedLayout.LEVEL) == 0;
    passes = programs.passes();
    events = new BpfEvents(procfs.events(), new EventRing(programs, procfs.clock()), warnings);
    schedulerClock = new SchedulerClock(procfs.clock(), this::ownExecStart);
    forgetOffsets();
    hidden = new HiddenProcesses(procfs, passes);
    if (programs.runs(Programs.WAITS) && firstNamespace) {
      procfs.tellLocksBy(proc -> new BpfLockFacts(this, proc));
    }
    if (programs.runs(Programs.FILES)) {
      procfs.tellHoldingsBy(new BpfHoldings(this, programs));
    }
    if (hidden.pids().length > 0) {
      warnings.add(
          "the kernel hides processes from BPF, these are read through /proc: "
              + Arrays.toString(hidden.pids()));
    }
  }

  /**
   * @param procfs of the running kernel; closed with this source, and only then
   * @throws BpfException if this kernel has no use for our programs, or we have no right to them
   */
  public static BpfSource open(ProcfsSource procfs) throws BpfException {
    return open(procfs, Set.of());
  }

  /**
   * @param without programs to leave out, as if this kernel refused them
   */
  static BpfSource open(ProcfsSource procfs, Set<String> without) throws BpfException {
    Programs programs = new Programs(without);
    try {
      return new BpfSource(procfs, programs);
    } catch (BpfException | RuntimeException e) {
      programs.close();
      throw e;
    }
  }

  /**
   * Binds the native library that {@link #open} needs, if it is there; {@code open} does it too.
   */
  public static void bindLibrary() {
    try {
      LibBpf.functions();
    } catch (BpfException e) {
      // Opening says so, to whoever wants BPF.
    }
  }

  @Override
  public SourceKind kind() {
    return stopped ? SourceKind.PROCFS : SourceKind.BPF;
  }

  @Override
  public Host host() {
    return procfs.host();
  }

  @Override
  public KernelClock clock() {
    return procfs.clock();
  }

  @Override
  public List<String> warnings() {
    List<String> all = new ArrayList<>(procfs.warnings());
    all.addAll(warnings);
    return all;
  }

  @Override
  public Map<String, String> parts() {
    Map<String, String> parts = new LinkedHashMap<>();
    programs.states().forEach((name, state) -> parts.put("bpf." + name, state));
    return parts;
  }

  @Override
  public long fields(RecordType type, Detail detail) {
    if (stopped || !OURS.contains(type.tag())) {
      return procfs.fields(type, detail);
    }
    if (type == TotalRecord.TYPE) {
      return Totals.fieldsFor(fields(ProcessRecord.TYPE, detail));
    }
    return BpfDetails.of(type, detail)
        & (given(type) | procfs.fields(type, Detail.FULL) & ~BpfDetails.given(type));
  }

  /** The fields of a type that the programs fill on this host. */
  long given(RecordType type) {
    long given = BpfDetails.given(type);
    // Its id is of use only to who can see the cgroup.
    return type == ProcessRecord.TYPE
        ? given & (procfs.fields(type, Detail.FULL) | ~ProcessRecord.CGROUP_ID.bit())
        : given;
  }

  @Override
  public void collect(Query query, BulkBuilder into, Cancellation cancellation) {
    Set<Integer> others = new TreeSet<>(query.tags());
    others.removeAll(OURS);
    boolean ours = others.size() < query.tags().size();
    Set<Integer> selected = Selection.tags(query);
    if (!ours && selected.isEmpty() || stopped || !passes.fits(query) || !begin()) {
      procfs.collect(query, into, cancellation);
      return;
    }
    try {
      if (!selected.isEmpty()) {
        others.removeAll(selected);
        Selection.of(this, query, cancellation)
            .ifPresent(held -> procfs.collect(held, into, cancellation));
      }
      collectOthers(query.withTags(others), into, cancellation);
      if (ours) {
        pass(query, into, cancellation);
      }
    } catch (BpfStoppedException e) {
      stop(e);
      into.clear();
      procfs.collect(query, into, cancellation);
    } finally {
      end();
    }
  }

  /**
   * What the programs can tell of a query.
   *
   * @throws BpfStoppedException if the kernel doesn't run them any more
   */
  void pass(Query query, BulkBuilder into, Cancellation cancellation) {
    ThreadWaits waits = ThreadWaits.look(this, query, query.pids(), cancellation);
    Slot slot = slots().beginPass(cancellation);
    try {
      refresh();
      passes.collect(this, slot, new PassRequest(query, null, waits, into, cancellation));
    } finally {
      slots().endPass(slot);
    }
  }

  private void collectOthers(Query query, BulkBuilder into, Cancellation cancellation) {
    if (query.tags().isEmpty()) {
      return;
    }
    long system = query.fields(SystemRecord.TYPE, fields(SystemRecord.TYPE, query.detail()));
    long counted = lists() ? system & SystemRecord.PROCESSES.bit() : 0;
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
    if (!lists() || !begin()) {
      return procfs.pids();
    }
    try {
      IntStream.Builder found = IntStream.builder();
      return passes.forEachPid(found::add)
          ? IntStream.concat(found.build(), Arrays.stream(hidden.pids())).sorted().toArray()
          : procfs.pids();
    } catch (BpfStoppedException e) {
      stop(e);
      return procfs.pids();
    } finally {
      end();
    }
  }

  /** Whether there is a faster way to all ids than /proc. */
  private boolean lists() {
    return !stopped && listing() != null;
  }

  @Override
  public Optional<ProcessRef> process(int pid) {
    Optional<ProcessRef> bound = procfs.process(pid);
    return passes.looksAtOne() ? bound.map(ref -> new BpfProcess(this, ref)) : bound;
  }

  @Override
  public long[] shmIds(Cancellation cancellation) {
    return procfs.shmIds(cancellation);
  }

  @Override
  public Optional<ShmRef> shm(long id) {
    return procfs.shm(id);
  }

  @Override
  public void readSystem(long fields, Record into) {
    long counted = lists() ? fields & SystemRecord.PROCESSES.bit() : 0;
    procfs.readSystem(fields & ~counted, into);
    if (counted != 0) {
      countProcesses(into);
    }
  }

  @Override
  public KernelEvents events() {
    return events;
  }

  /** Ends all watches and unloads the programs. Afterwards there is nothing to be seen. */
  @Override
  public void close() {
    events.close();
    procfs.close();
    if (helper != null) {
      helper.close();
    }
    synchronized (this) {
      closed = true;
      closeIfIdle();
    }
  }

  /** The programs and their memory stay until {@link #end}; false: they have gone. */
  synchronized boolean begin() {
    looks += closed ? 0 : 1;
    return !closed;
  }

  synchronized void end() {
    looks--;
    closeIfIdle();
  }

  private void closeIfIdle() {
    if (closed && looks == 0) {
      looks = Integer.MIN_VALUE;
      programs.close();
    }
  }

  /** Says once that from now on /proc must do. */
  void stop(BpfStoppedException why) {
    synchronized (warnings) {
      if (!stopped) {
        stopped = true;
        warnings.add("the BPF programs stopped, /proc is read instead: " + why.getMessage());
      }
    }
  }

  boolean isStopped() {
    return stopped;
  }

  ProcfsSource procfs() {
    return procfs;
  }

  /** Facts of blocked threads, for a look of its own; null: only /proc tells them here. */
  LockFacts newLockFacts() {
    return programs.runs(Programs.WAITS) && firstNamespace
        ? new BpfLockFacts(this, procfs.newLockFacts())
        : null;
  }

  /** For large passes; null: there is none. */
  Helper helper() {
    return helper;
  }

  Slots slots() {
    return passes.slots();
  }

  HiddenProcesses hidden() {
    return hidden;
  }

  CommandCache commands() {
    return commands;
  }

  Passes passes() {
    return passes;
  }

  Listing listing() {
    return passes.listing();
  }

  boolean isFirstNamespace() {
    return firstNamespace;
  }

  /** Threads of a process, ascending; none if it has gone. */
  int[] tids(int pid) {
    try (ProcessRef process = procfs.process(pid).orElse(null)) {
      return process == null ? new int[0] : process.tids();
    }
  }

  /** The name of a thread or a process by the programs; null: they can't tell. */
  byte[] name(ThreadId thread) {
    if (!firstNamespace || passes.listing() == null || stopped || !begin()) {
      return null;
    }
    try {
      Slot slot = slots().take(Cancellation.NEVER);
      try {
        return slot.name(thread.pid(), thread.isProcess() ? thread.pid() : thread.tid());
      } finally {
        slots().give(slot);
      }
    } catch (BpfStoppedException e) {
      stop(e);
      return null;
    } finally {
      end();
    }
  }

  /** Pages of memory and swap, which the OOM killer's score is relative to. */
  long totalPages() {
    Record system = Record.allocate(SystemRecord.TYPE);
    procfs.readSystem(SystemRecord.MEMORY_TOTAL.bit() | SystemRecord.SWAP_TOTAL.bit(), system);
    long bytes = system.get(SystemRecord.MEMORY_TOTAL) + system.get(SystemRecord.SWAP_TOTAL);
    return bytes / LibC.pageSize();
  }

  private void forgetOffsets() {
    for (int i = 0; i < SharedLayout.PROCESSORS; i++) {
      host.buffer().putLong(SharedLayout.CLOCK_OFFSET + i * Long.BYTES, SchedulerClock.UNKNOWN);
    }
  }

  /** Now and then: how the scheduler's clocks go, and whom the programs don't see. */
  void refresh() {
    if (schedulerClock.refresh()) {
      hidden.refresh();
      for (int i = 0; i < SharedLayout.PROCESSORS; i++) {
        host.buffer().putLong(SharedLayout.CLOCK_OFFSET + i * Long.BYTES, schedulerClock.offset(i));
      }
    }
  }

  private long ownExecStart() {
    TestRun clock = passes.clock();
    return clock != null && clock.run(0) == 0 ? clock.left() : -1;
  }
}
