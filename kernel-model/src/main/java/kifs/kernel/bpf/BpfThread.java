package kifs.kernel.bpf;

import java.util.Optional;
import kifs.kernel.bpf.layout.RequestLayout;
import kifs.kernel.bpf.layout.SlotLayout;
import kifs.kernel.bpf.layout.WorkKind;
import kifs.kernel.bpf.pass.BpfEngine;
import kifs.kernel.bpf.pass.Fields;
import kifs.kernel.bpf.program.BpfStoppedException;
import kifs.kernel.bpf.program.Slot;
import kifs.kernel.limits.EntityLimits;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.ThreadRef;

/**
 * A thread, bound to its directory in /proc. As in {@link BpfProcess}, figures are its own if it is
 * still alive after the program has run. Thread-safe as far as the bound thread is.
 */
final class BpfThread implements ThreadRef {
  private static final long IDENTITY = ThreadRecord.TID.bit() | ThreadRecord.PID.bit();

  private final BpfEngine engine;
  private final ThreadRef bound;

  BpfThread(BpfEngine engine, ThreadRef bound) {
    this.engine = engine;
    this.bound = bound;
  }

  @Override
  public int tid() {
    return bound.tid();
  }

  @Override
  public int pid() {
    return bound.pid();
  }

  @Override
  public boolean read(long fields, Record thread) {
    long ours = fields & engine.provided(ThreadRecord.TYPE) & ~IDENTITY;
    if (ours == 0 || !readByProgram(ours, thread)) {
      return bound.read(fields, thread);
    }
    thread.set(ThreadRecord.TID, tid());
    thread.set(ThreadRecord.PID, pid());
    long others = fields & ~ours & ~IDENTITY;
    if (others == 0) {
      // This read fails if the thread has vanished. If it succeeds, the thread still had this id
      // when the program ran.
      return bound.read(IDENTITY, Record.allocate(ThreadRecord.TYPE));
    }
    Record rest = Record.allocate(ThreadRecord.TYPE);
    boolean there = bound.read(others, rest);
    Fields.copy(rest, others, thread);
    return there;
  }

  /**
   * Fills the fields by a program.
   *
   * @return false if /proc must be read: the thread has vanished or is invisible to BPF, or the
   *     programs can't be used
   */
  private boolean readByProgram(long fields, Record thread) {
    try (BpfEngine.Use use = engine.use()) {
      return use.isGranted() && readInSlot(fields, thread);
    } catch (BpfStoppedException e) {
      engine.stop(e);
      return false;
    }
  }

  private boolean readInSlot(long fields, Record thread) {
    Slot slot = engine.slots().acquire(Cancellation.NEVER);
    try {
      engine.refresh();
      slot.requestFields(0, fields | IDENTITY, 0, 0);
      slot.putWork(0, pid(), tid(), WorkKind.ONE_THREAD);
      slot.run(1);
      boolean found = slot.get(RequestLayout.THREADS) > 0;
      if (found) {
        Fields.copy(slot.memory(), SlotLayout.THREAD, fields, thread);
      }
      return found;
    } finally {
      engine.slots().release(slot);
    }
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
