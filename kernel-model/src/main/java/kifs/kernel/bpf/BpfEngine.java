package kifs.kernel.bpf;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import kifs.kernel.bulk.Detail;
import kifs.kernel.bulk.Totals;
import kifs.kernel.linux.LibC;
import kifs.kernel.linux.MappedMemory;
import kifs.kernel.locks.ThreadId;
import kifs.kernel.procfs.ProcfsSource;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.source.Cancellation;

/**
 * Runs the programs, and knows what those that make records need: the slots, whom the kernel hides,
 * the clocks, what was read before. Once the kernel doesn't run the programs any more, or they are
 * unloaded, {@link #begin} says so, and whoever asks goes by /proc. Thread-safe.
 */
final class BpfEngine {
  private final ProcfsSource procfs;
  private final Programs programs;
  private final Passes passes;
  private final ClockOffsets clocks;
  private final HiddenProcesses hidden;
  private final boolean firstNamespace;
  private final Helper helper = Helper.ifUseful();
  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private final CommandCache commands = new CommandCache();
  private final Followed followed = new Followed();
  private volatile boolean stopped;
  private int looks;
  private boolean closed;

  /**
   * @param programs closed with this engine, once it is open
   * @throws BpfException if those that are needed don't run
   */
  BpfEngine(ProcfsSource procfs, Programs programs) throws BpfException {
    this.procfs = procfs;
    this.programs = programs;
    MappedMemory host = programs.host();
    host.buffer().putLong(SharedLayout.PAGE_SHIFT, Integer.numberOfTrailingZeros(LibC.pageSize()));
    firstNamespace = host.buffer().getInt(SharedLayout.LEVEL) == 0;
    passes = Passes.of(programs);
    clocks = new ClockOffsets(procfs.schedulerClock(), host.buffer());
    if (passes.clock() != null) {
      procfs.schedulerClock().tellExecStartBy(this::ownExecStart);
    }
    hidden = new HiddenProcesses(procfs, passes);
    if (hidden.pids().length > 0) {
      warnings.add(
          "the kernel hides processes from BPF, these are read through /proc: "
              + Arrays.toString(hidden.pids()));
    }
  }

  private long ownExecStart() {
    if (!begin()) {
      return -1;
    }
    try {
      return passes.clock().run(0) == 0 ? passes.clock().left() : -1;
    } finally {
      end();
    }
  }

  /** When passes last followed changes. */
  Followed followed() {
    return followed;
  }

  /** What an administrator should know; others may add to it. */
  List<String> warnings() {
    return warnings;
  }

  /** The fields of a type that belong to a detail and that are to be had on this host. */
  long fields(RecordType type, Detail detail) {
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
  long given(RecordType type) {
    long given = BpfDetails.given(type);
    // Its id is of use only to who can see the cgroup.
    return type == ProcessRecord.TYPE
        ? given & (procfs.fields(type, Detail.FULL) | ~ProcessRecord.CGROUP_ID.bit())
        : given;
  }

  /**
   * Whether the programs can be used now; then they and their memory stay until {@link #end}, which
   * must follow.
   */
  synchronized boolean begin() {
    if (stopped || closed) {
      return false;
    }
    looks++;
    return true;
  }

  synchronized void end() {
    looks--;
    closeIfIdle();
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

  /** Unloads the programs, as soon as they aren't used. */
  synchronized void close() {
    if (helper != null) {
      helper.close();
    }
    closed = true;
    closeIfIdle();
  }

  private void closeIfIdle() {
    if (closed && looks == 0) {
      looks = Integer.MIN_VALUE;
      programs.close();
    }
  }

  /** Now and then: how the scheduler's clocks go, and whom the programs don't see. */
  void refresh() {
    if (clocks.refresh()) {
      hidden.refresh();
    }
  }

  /** Whether there is a faster way to all ids than /proc. */
  boolean lists() {
    return !stopped && listing() != null;
  }

  /** Ids of all processes, ascending; null: /proc must be asked. */
  int[] pids() {
    if (!lists() || !begin()) {
      return null;
    }
    try {
      IntStream.Builder found = IntStream.builder();
      return passes.forEachPid(found::add)
          ? IntStream.concat(found.build(), Arrays.stream(hidden.pids())).sorted().toArray()
          : null;
    } catch (BpfStoppedException e) {
      stop(e);
      return null;
    } finally {
      end();
    }
  }

  /** The name of a thread or a process by the programs; null: they can't tell. */
  byte[] name(ThreadId thread) {
    if (!firstNamespace || listing() == null || !begin()) {
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

  ProcfsSource procfs() {
    return procfs;
  }

  /** Whether a program finds blocked threads, and ids are to us what they are to it. */
  boolean tellsWaits() {
    return programs.runs(BpfProgram.WAITS) && firstNamespace;
  }

  /** For large passes; null: there is none. */
  Helper helper() {
    return helper;
  }

  Passes passes() {
    return passes;
  }

  Slots slots() {
    return passes.slots();
  }

  /** Which processes there are; null: no program tells. */
  Listing listing() {
    return passes.listing();
  }

  HiddenProcesses hidden() {
    return hidden;
  }

  CommandCache commands() {
    return commands;
  }

  /** Whether ids are to us what they are to the programs. */
  boolean isFirstNamespace() {
    return firstNamespace;
  }
}
