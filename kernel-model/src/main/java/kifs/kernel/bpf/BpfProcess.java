package kifs.kernel.bpf;

import java.util.Optional;
import java.util.OptionalLong;
import kifs.kernel.bpf.layout.RequestLayout;
import kifs.kernel.bpf.layout.SlotLayout;
import kifs.kernel.bpf.layout.WorkKind;
import kifs.kernel.bpf.pass.BpfDetails;
import kifs.kernel.bpf.pass.BpfEngine;
import kifs.kernel.bpf.pass.Fields;
import kifs.kernel.bpf.pass.PassMaker;
import kifs.kernel.bpf.program.BpfStoppedException;
import kifs.kernel.bpf.program.Slot;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.limits.EntityLimits;
import kifs.kernel.query.Query;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ThreadRef;

/**
 * A process, bound to its directory in /proc. The programs find it by its id only. If the process
 * is still alive after they have run, the id was its own, and so are the figures. Thread-safe as
 * far as the bound process is.
 */
final class BpfProcess implements ProcessRef {
  private final BpfEngine engine;
  private final PassMaker passes;
  private final ProcessRef bound;

  BpfProcess(BpfEngine engine, PassMaker passes, ProcessRef bound) {
    this.engine = engine;
    this.passes = passes;
    this.bound = bound;
  }

  /** The procfs source's own reference to a process that either source made. */
  static ProcessRef unwrap(ProcessRef process) {
    return process instanceof BpfProcess ours ? ours.bound : process;
  }

  @Override
  public int pid() {
    return bound.pid();
  }

  @Override
  public Optional<Owner> owner() {
    return bound.owner();
  }

  @Override
  public boolean read(long fields, Record process) {
    long ours = fields & engine.provided(ProcessRecord.TYPE) & ~ProcessRecord.PID.bit();
    if (ours == 0 || !readByProgram(ours, process)) {
      return bound.read(fields, process);
    }
    // A read through the directory, or the directory itself, proves that the process still had this
    // id when the program ran.
    process.set(ProcessRecord.PID, pid());
    long others = fields & ~ours & ~ProcessRecord.PID.bit();
    return others == 0 ? bound.isAlive() : bound.read(others, process);
  }

  /**
   * Fills the fields by a program.
   *
   * @return false if /proc must be read: the process has vanished or is invisible to BPF, or the
   *     programs can't be used
   */
  private boolean readByProgram(long fields, Record process) {
    try (BpfEngine.Use use = engine.use()) {
      return use.isGranted() && readInSlot(fields, process);
    } catch (BpfStoppedException e) {
      engine.stop(e);
      return false;
    }
  }

  private boolean readInSlot(long fields, Record process) {
    Slot slot = engine.slots().acquire(Cancellation.NEVER);
    try {
      engine.refresh();
      slot.requestFields(fields | ProcessRecord.PID.bit(), 0, 0, 0);
      boolean score = (fields & ProcessRecord.OOM_SCORE.bit()) != 0;
      slot.memory().putLong(RequestLayout.TOTAL_PAGES, score ? engine.totalPages() : 0);
      slot.putWork(0, pid(), 0, WorkKind.PROCESS_ONLY);
      slot.run(1);
      boolean found = slot.get(RequestLayout.PROCESSES) > 0;
      if (found) {
        Fields.copy(slot.memory(), SlotLayout.PROCESS, fields, process);
      }
      return found;
    } finally {
      engine.slots().release(slot);
    }
  }

  @Override
  public boolean collect(Query query, BulkBuilder into, Cancellation cancellation) {
    if (!BpfDetails.TAGS.containsAll(query.tags())
        || engine.invisible().contains(pid())
        || !passes.fits(query)) {
      return bound.collect(query, into, cancellation);
    }
    try (BpfEngine.Use use = engine.use()) {
      if (!use.isGranted()) {
        return bound.collect(query, into, cancellation);
      }
      return passes.collect(query, bound, into, cancellation);
    } catch (BpfStoppedException e) {
      engine.stop(e);
      into.clear();
      return bound.collect(query, into, cancellation);
    }
  }

  @Override
  public int[] tids() {
    return bound.tids();
  }

  @Override
  public int[] fds() {
    return bound.fds();
  }

  @Override
  public boolean hasFd(int fd) {
    return bound.hasFd(fd);
  }

  @Override
  public boolean collectFd(int fd, BulkBuilder into) {
    return bound.collectFd(fd, into);
  }

  @Override
  public Optional<ThreadRef> thread(int tid) {
    return bound.thread(tid).map(thread -> new BpfThread(engine, thread));
  }

  @Override
  public Optional<byte[]> commandLine() {
    return bound.commandLine();
  }

  @Override
  public Optional<String> executable() {
    return bound.executable();
  }

  @Override
  public Optional<String> cgroup() {
    return bound.cgroup();
  }

  @Override
  public OptionalLong unreadableSince() {
    return bound.unreadableSince();
  }

  @Override
  public boolean isAlive() {
    return bound.isAlive();
  }

  @Override
  public Optional<EntityLimits> limits() {
    return bound.limits();
  }

  @Override
  public Optional<byte[]> fullName() {
    return bound.fullName();
  }

  @Override
  public void close() {
    bound.close();
  }
}
