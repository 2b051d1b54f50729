package kifs.notifier.entity;

import java.util.Optional;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ThreadRef;

/** One thread of a process. */
record OneThread(ProcessRef owner, ThreadRef ref) implements Scope {
  @Override
  public EntityKind kind() {
    return EntityKind.THREAD;
  }

  @Override
  public Optional<ProcessRef> process() {
    return Optional.of(owner);
  }

  @Override
  public boolean endsByItself() {
    return true;
  }

  @Override
  public Subject identify() throws EntityVanishedException {
    return Subject.of(owner, ref);
  }

  @Override
  public boolean exists() {
    return ref.read(ThreadRecord.START.bit(), Record.allocate(ThreadRecord.TYPE));
  }

  /** Reads the name too, because a thread can change its name and events show it. */
  @Override
  public boolean read(KernelSource source, long fields, Record into) {
    return ref.read(fields | ThreadRecord.COMM.bit(), into);
  }

  @Override
  public void close() {
    ref.close();
    owner.close();
  }
}
