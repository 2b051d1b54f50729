package kifs.kernel.bpf.pass;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import kifs.kernel.bpf.layout.HostLayout;
import kifs.kernel.bpf.program.BpfException;
import kifs.kernel.bpf.program.BpfProgram;
import kifs.kernel.bpf.program.BpfStoppedException;
import kifs.kernel.bpf.program.Listing;
import kifs.kernel.bpf.program.Programs;
import kifs.kernel.bpf.program.Slot;
import kifs.kernel.bpf.program.Slots;
import kifs.kernel.bulk.Totals;
import kifs.kernel.linux.MappedMemory;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.locks.graph.ThreadId;
import kifs.kernel.procfs.ProcfsSource;
import kifs.kernel.query.Detail;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.source.Cancellation;

/**
 * Lends the loaded programs, and knows what those that make records need: the slots, the processes
 * that the kernel hides, the clocks, what was read before. Once the kernel doesn't run the programs
 * any more, or they are unloaded, {@link #use} doesn't grant their use, and /proc must be read
 * instead. Thread-safe.
 */
public final class BpfEngine {
  private final ProcfsSource procfs;
  private final Programs programs;
  private final Passes passes;
  private final ClockOffsets clocks;
  private final HiddenProcesses hidden;
  private final boolean firstNamespace;
  private final PassHelper helper = PassHelper.ifUseful();
  private final CommandCache commands = new CommandCache();
  private final Followed followed = new Followed();
  private final Use granted = new Use(true);
  private final Use refused = new Use(false);

  /** Written under this object's lock. */
  private volatile boolean stopped;

  /** Guarded by this, as all that follows. */
  private final List<String> warnings = new ArrayList<>();

  private int uses;
  private boolean closed;
  private boolean unloaded;

  /** The use of the programs, if it was granted: while it is open they and their memory stay. */
  public final class Use implements AutoCloseable {
    private final boolean isGranted;

    private Use(boolean isGranted) {
      this.isGranted = isGranted;
    }

    /** Whether the programs can be used; if not, /proc must be read. */
    public boolean isGranted() {
      return isGranted;
    }

    /** Ends the use; must be called once. */
    @Override
    public void close() {
      if (isGranted) {
        endUse();
      }
    }
  }

  /**
   * @param programs closed with this engine, once it is open
   * @throws BpfException if those that are needed don't run
   */
  public BpfEngine(ProcfsSource procfs, Programs programs) throws BpfException {
    this.procfs = procfs;
    this.programs = programs;
    MappedMemory host = programs.host();
    host.buffer()
        .putLong(HostLayout.PAGE_SHIFT, Integer.numberOfTrailingZeros(Syscalls.pageSize()));
    firstNamespace = host.buffer().getInt(HostLayout.PID_NS_LEVEL) == 0;
    passes = Passes.of(programs);
    clocks = new ClockOffsets(procfs.schedulerClock(), host.buffer());
    if (passes.clock() != null) {
      procfs.schedulerClock().tellExecStartBy(this::ownExecStart);
    }
    hidden = new HiddenProcesses(procfs, passes);
    if (hidden.pids().length > 0) {
      warn(
          "the kernel hides processes from BPF, these are read through /proc: "
              + Arrays.toString(hidden.pids()));
    }
  }

  private long ownExecStart() {
    try (Use use = use()) {
      return use.isGranted() && passes.clock().run(0) == 0 ? passes.clock().left() : -1;
    }
  }

  /** When passes last followed changes. */
  Followed followed() {
    return followed;
  }

  /** What an administrator should know, in the order in which it came. */
  public synchronized List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** Adds what an administrator should know. */
  public synchronized void warn(String warning) {
    warnings.add(warning);
  }

  /** The fields of a type that belong to a detail and that are to be had on this host. */
  public long fields(RecordType type, Detail detail) {
    if (stopped || !BpfDetails.TAGS.contains(type.tag())) {
      return procfs.fields(type, detail);
    }
    if (type == TotalRecord.TYPE) {
      return Totals.fieldsFor(fields(ProcessRecord.TYPE, detail));
    }
    return BpfDetails.of(type, detail)
        & (given(type) | procfs.fields(type, Detail.FULL) & ~BpfDetails.given(type));
  }

  /** The fields of a type that the programs fill on this host. */
  public long given(RecordType type) {
    long given = BpfDetails.given(type);
    // Its id is of use only to who can see the cgroup.
    return type == ProcessRecord.TYPE
        ? given & (procfs.fields(type, Detail.FULL) | ~ProcessRecord.CGROUP_ID.bit())
        : given;
  }

  /** Asks for the use of the programs; never null. Whoever asks must close it. */
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

  /** From now on no use is granted; a warning says so once. */
  public synchronized void stop(BpfStoppedException why) {
    if (!stopped) {
      stopped = true;
      warn("the BPF programs stopped, /proc is read instead: " + why.getMessage());
    }
  }

  public boolean isStopped() {
    return stopped;
  }

  /** Unloads the programs, as soon as they aren't used. */
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

  /** Now and then: how the scheduler's clocks go, and whom the programs don't see. */
  public void refresh() {
    if (clocks.refresh()) {
      hidden.refresh();
    }
  }

  /** Whether there is a faster way to all ids than /proc. */
  public boolean lists() {
    return !stopped && listing() != null;
  }

  /** Ids of all processes, ascending; null: /proc must be asked. */
  public int[] pids() {
    if (!lists()) {
      return null;
    }
    try (Use use = use()) {
      if (!use.isGranted()) {
        return null;
      }
      IntStream.Builder found = IntStream.builder();
      return passes.forEachPid(found::add)
          ? IntStream.concat(found.build(), Arrays.stream(hidden.pids())).sorted().toArray()
          : null;
    } catch (BpfStoppedException e) {
      stop(e);
      return null;
    }
  }

  /** The name of a thread or a process by the programs; null: they can't tell. */
  public byte[] name(ThreadId thread) {
    if (!firstNamespace || listing() == null) {
      return null;
    }
    try (Use use = use()) {
      if (!use.isGranted()) {
        return null;
      }
      Slot slot = slots().acquire(Cancellation.NEVER);
      try {
        return slot.name(thread.pid(), thread.isProcess() ? thread.pid() : thread.tid());
      } finally {
        slots().release(slot);
      }
    } catch (BpfStoppedException e) {
      stop(e);
      return null;
    }
  }

  /** Pages of memory and swap, which the OOM killer's score is relative to. */
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
   * Whether a program finds blocked threads, another one tells which processes it must look at, and
   * ids are to us what they are to them.
   */
  public boolean tellsWaits() {
    return programs.runs(BpfProgram.WAITS) && listing() != null && firstNamespace;
  }

  /** For large passes; null: there is none. */
  PassHelper helper() {
    return helper;
  }

  public Passes passes() {
    return passes;
  }

  public Slots slots() {
    return passes.slots();
  }

  /** Which processes there are; null: no program tells. */
  public Listing listing() {
    return passes.listing();
  }

  public HiddenProcesses hidden() {
    return hidden;
  }

  CommandCache commands() {
    return commands;
  }

  /** Whether ids are to us what they are to the programs. */
  public boolean isFirstNamespace() {
    return firstNamespace;
  }
}
