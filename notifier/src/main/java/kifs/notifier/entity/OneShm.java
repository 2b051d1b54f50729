package kifs.notifier.entity;

import kifs.kernel.record.Record;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ShmRef;

/** One shared-memory object. */
record OneShm(ShmRef ref) implements Scope {
  @Override
  public EntityKind kind() {
    return EntityKind.SHM;
  }

  @Override
  public boolean endsByItself() {
    return true;
  }

  @Override
  public Subject identify() throws EntityVanishedException {
    return Subject.of(ref);
  }

  @Override
  public boolean exists() {
    Record shm = Record.allocate(ShmRecord.TYPE);
    return ref.read(ShmRecord.KIND.bit(), shm, Cancellation.NEVER);
  }

  /** Reads at least one field: otherwise the read of an object that vanished would succeed. */
  @Override
  public boolean read(KernelSource source, long fields, Record into) {
    return ref.read(fields | ShmRecord.KIND.bit(), into, Cancellation.NEVER);
  }

  @Override
  public void close() {
    ref.close();
  }
}
