package kifs.kernel.bpf.pass;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import kifs.kernel.bpf.layout.HostLayout;
import kifs.kernel.bpf.program.BpfException;
import kifs.kernel.bpf.program.BpfProgram;
import kifs.kernel.bpf.program.BpfStoppedException;
import kifs.kernel.bpf.program.Listing;
import kifs.kernel.bpf.program.Programs;
import kifs.kernel.bpf.program.Slot;
import kifs.kernel.bpf.program.Slots;
import kifs.kernel.bpf.program.TestRun;
import kifs.kernel.bulk.Totals;
import kifs.kernel.linux.MappedMemory;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.linux.TimeOffsets;
import kifs.kernel.locks.graph.ThreadId;
import kifs.kernel.procfs.ProcfsSource;
import kifs.kernel.query.Detail;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.source.Cancellation;
import org.jspecify.annotations.Nullable;

/**
 * Owns the loaded programs and what passes need besides: the slots, the processes that BPF can't
 * see, the clocks, and the command lines that were read before. After the kernel has refused to run
 * a program, or after {@link #close}, the engine grants no {@link #use} of the programs, and /proc
 * must be read instead.
 *
 * <p>Thread-safe. No other lock is acquired under this object's lock, except by {@link #close} and
 * {@link Use#close}, which may unload the programs under it. A measurement of {@code sched_clock}
 * uses the programs, so the lock order is {@link ClockOffsets}, the scheduler clock, this object.
 */
public final class BpfEngine {
  private final ProcfsSource procfs;
  private final Programs programs;
  private final Passes passes;
  private final ClockOffsets clocks;
  private final InvisibleProcesses invisible;
  private final boolean initialNamespace;
  private final @Nullable PassHelper helper = PassHelper.ifUseful();
  private final CommandCache commands = new CommandCache();
  private final TrackedPasses tracked = new TrackedPasses();
  private final Use granted = new Use(true);
  private final Use refused = new Use(false);

  /** Written under this object's lock, read without it. */
  private volatile boolean stopped;

  /** Guarded by this. */
  private final List<String> warnings = new ArrayList<>();

  /** Guarded by this. The uses that were granted and aren't closed yet. */
  private int uses;

  /** Guarded by this. */
  private boolean closed;

  /** Guarded by this. */
  private boolean unloaded;

  /**
   * The answer to a request for the programs. The programs and their memory stay loaded while a
   * granted use is open. Thread-safe.
   */
  public final class Use implements AutoCloseable {
    private final boolean isGranted;

    private Use(boolean isGranted) {
      this.isGranted = isGranted;
    }

    /** Whether the programs may be used. If not, /proc must be read. */
    public boolean isGranted() {
      return isGranted;
    }

    /** Ends the use. Must be called exactly once for each call of {@link BpfEngine#use}. */
    @Override
    public void close() {
      if (isGranted) {
        endUse();
      }
    }
  }

  /**
   * @param programs are closed by {@link #close}; if this constructor throws, the caller closes
   *     them
   * @throws BpfException if a program that every pass needs doesn't run
   */
  public BpfEngine(ProcfsSource procfs, Programs programs) throws BpfException {
    this(procfs, programs, passes -> new InvisibleProcesses(procfs::pids, passes::forEachPid));
  }

  /**
   * As the public constructor.
   *
   * @param findInvisible finds the processes that BPF can't see
   */
  BpfEngine(
      ProcfsSource procfs, Programs programs, Function<Passes, InvisibleProcesses> findInvisible)
      throws BpfException {
    this.procfs = procfs;
    this.programs = programs;
    MappedMemory host = programs.host();
    host.buffer()
        .putLong(HostLayout.PAGE_SHIFT, Integer.numberOfTrailingZeros(Syscalls.pageSize()));
    host.buffer().putLong(HostLayout.BOOTTIME_OFFSET, TimeOffsets.own().boottimeNs());
    initialNamespace = host.buffer().getInt(HostLayout.PID_NS_LEVEL) == 0;
    passes = Passes.of(programs);
    clocks = new ClockOffsets(procfs.schedulerClock(), host.buffer());
    TestRun clock = passes.clock();
    if (clock != null) {
      procfs.schedulerClock().readExecStartFrom(() -> ownExecStart(clock));
    }
    invisible = findInvisible.apply(passes);
    if (invisible.pids().length > 0) {
      warn(
          "BPF can't see these processes, so they are read through /proc: "
              + Arrays.toString(invisible.pids()));
    }
  }

  private long ownExecStart(TestRun clock) {
    try (Use use = use()) {
      return use.isGranted() && clock.run(0) == 0 ? clock.contextValue() : -1;
    }
  }

  /** Remembers when passes last tracked changes. */
  TrackedPasses trackedPasses() {
    return tracked;
  }

  /** Messages for an administrator, oldest first. The list is a copy. */
  public synchronized List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** Adds a message for an administrator. */
  public synchronized void warn(String warning) {
    warnings.add(warning);
  }

  /** The fields of a type that belong to a detail and that this host provides, as a mask. */
  public long fields(RecordType type, Detail detail) {
    if (stopped || !BpfDetails.TAGS.contains(type.tag())) {
      return procfs.fields(type, detail);
    }
    if (type == TotalRecord.TYPE) {
      return Totals.fieldsFor(fields(ProcessRecord.TYPE, detail));
    }
    return BpfDetails.fields(type, detail)
        & (provided(type) | procfs.fields(type, Detail.FULL) & ~BpfDetails.provided(type));
  }

  /** The fields of a type that the programs fill on this host, as a mask. */
  public long provided(RecordType type) {
    long provided = BpfDetails.provided(type);
    // A cgroup's id is useful only if the daemon can see the cgroup hierarchy.
    return type == ProcessRecord.TYPE
        ? provided & (procfs.fields(type, Detail.FULL) | ~ProcessRecord.CGROUP_ID.bit())
        : provided;
  }

  /** Requests the use of the programs. The caller must close the result, granted or not. */
  public synchronized Use use() {
    if (stopped || closed) {
      return refused;
    }
    uses++;
    return granted;
  }

  private synchronized void endUse() {
    uses--;
    unloadIfIdle();
  }

  /**
   * Notes that the kernel doesn't run the programs any more. The engine grants no further use; the
   * first call adds a warning.
   */
  public synchronized void stop(BpfStoppedException why) {
    if (!stopped) {
      stopped = true;
      warn("the BPF programs stopped, so /proc is read instead: " + why.getMessage());
    }
  }

  public boolean isStopped() {
    return stopped;
  }

  /** Unloads the programs as soon as no use of them is open. Further calls have no effect. */
  public synchronized void close() {
    if (helper != null) {
      helper.close();
    }
    closed = true;
    unloadIfIdle();
  }

  private void unloadIfIdle() {
    if (closed && uses == 0 && !unloaded) {
      unloaded = true;
      programs.close();
    }
  }

  /**
   * Measures {@code sched_clock} again if the last measurement is more than ten seconds old. If it
   * has changed, this also finds again which processes BPF can't see. Every pass calls this first.
   */
  public void refresh() {
    if (clocks.refresh()) {
      invisible.refresh();
    }
  }

  /** Whether a program lists the processes, which is faster than reading /proc. */
  public boolean canList() {
    return !stopped && passes.listing() != null;
  }

  /** Ids of all processes, ascending. Empty if /proc must be read instead. */
  public Optional<int[]> pids() {
    if (!canList()) {
      return Optional.empty();
    }
    try (Use use = use()) {
      if (!use.isGranted()) {
        return Optional.empty();
      }
      IntStream.Builder found = IntStream.builder();
      return passes.forEachPid(found::add)
          ? Optional.of(
              IntStream.concat(found.build(), Arrays.stream(invisible.pids()))
                  .sorted()
                  .distinct()
                  .toArray())
          : Optional.empty();
    } catch (BpfStoppedException e) {
      stop(e);
      return Optional.empty();
    }
  }

  /**
   * The name (comm) of a thread or a process, read by a program. Empty if the programs can't be
   * used or don't find the thread.
   */
  public Optional<byte[]> name(ThreadId thread) {
    if (!initialNamespace || passes.listing() == null) {
      return Optional.empty();
    }
    try (Use use = use()) {
      if (!use.isGranted()) {
        return Optional.empty();
      }
      Slot slot = slots().acquire(Cancellation.NEVER);
      try {
        int tid = thread.isProcess() ? thread.pid() : thread.tid();
        return Optional.ofNullable(slot.name(thread.pid(), tid));
      } finally {
        slots().release(slot);
      }
    } catch (BpfStoppedException e) {
      stop(e);
      return Optional.empty();
    }
  }

  /** Pages of memory and swap together. The score of the OOM killer is relative to this number. */
  public long totalPages() {
    Record system = Record.allocate(SystemRecord.TYPE);
    procfs.readSystem(SystemRecord.MEMORY_TOTAL.bit() | SystemRecord.SWAP_TOTAL.bit(), system);
    long bytes = system.get(SystemRecord.MEMORY_TOTAL) + system.get(SystemRecord.SWAP_TOTAL);
    return bytes / Syscalls.pageSize();
  }

  public ProcfsSource procfs() {
    return procfs;
  }

  /**
   * Whether the programs find blocked threads. This needs the program that finds them, the program
   * that lists the processes, and a daemon in the initial pid namespace, whose ids the programs
   * use.
   */
  public boolean findsWaits() {
    return programs.runs(BpfProgram.WAITS) && passes.listing() != null && initialNamespace;
  }

  /** The second thread for large passes. Null if the host has one CPU. */
  @Nullable PassHelper helper() {
    return helper;
  }

  public Passes passes() {
    return passes;
  }

  public Slots slots() {
    return passes.slots();
  }

  /**
   * Visits all processes by the program that lists them.
   *
   * @return false if no program lists them, or there are more than it can list; then none was
   *     visited
   */
  public boolean forEachListed(Listing.Visitor visitor) {
    Listing listing = passes.listing();
    return listing != null && listing.forEach(visitor);
  }

  public InvisibleProcesses invisible() {
    return invisible;
  }

  CommandCache commands() {
    return commands;
  }

  /** Whether the daemon runs in the initial pid namespace, so that it uses the programs' ids. */
  public boolean isInitialNamespace() {
    return initialNamespace;
  }
}
