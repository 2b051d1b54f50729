package kifs.notifier.entity;

import java.util.Locale;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.WaitRecord;

/**
 * The kinds of entity that have metrics, each with the type of the records that most of its metrics
 * are read from. Immutable.
 */
public enum EntityKind {
  SYSTEM(SystemRecord.TYPE),
  PROCESS(ProcessRecord.TYPE),
  THREAD(ThreadRecord.TYPE),
  SHM(ShmRecord.TYPE),
  CGROUP(CgroupRecord.TYPE),
  /** The wait-for graph of the whole host. */
  LOCKS(WaitRecord.TYPE);

  private final RecordType type;

  EntityKind(RecordType type) {
    this.type = type;
  }

  public RecordType type() {
    return type;
  }

  /** The name of the kind in {@code schema/metrics}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
