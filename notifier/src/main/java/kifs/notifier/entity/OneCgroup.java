package kifs.notifier.entity;

import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.Record;
import kifs.kernel.source.CgroupRef;
import kifs.kernel.source.KernelSource;

/** One cgroup. */
public record OneCgroup(CgroupRef ref) implements Scope {
  @Override
  public EntityKind kind() {
    return EntityKind.CGROUP;
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
    return ref.read(CgroupRecord.ID.bit(), Record.allocate(CgroupRecord.TYPE));
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
