package kifs.notifier.entity;

import java.util.Optional;
import kifs.kernel.record.Record;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;

/** One process. */
record OneProcess(ProcessRef ref) implements Scope {
  @Override
  public EntityKind kind() {
    return EntityKind.PROCESS;
  }

  @Override
  public Optional<ProcessRef> process() {
    return Optional.of(ref);
  }

  @Override
  public Subject identify() throws EntityVanishedException {
    return Subject.of(ref);
  }

  @Override
  public boolean exists() {
    return ref.isAlive();
  }

  @Override
  public boolean read(KernelSource source, long fields, Record into) {
    return ref.read(fields, into);
  }

  @Override
  public void close() {
    ref.close();
  }
}
