package kifs.notifier.entity;

import java.util.Locale;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.WaitRecord;

/** The kinds of entity that have metrics, each with the record that most of them are read from. */
public enum EntityKind {
  SYSTEM(SystemRecord.TYPE),
  PROCESS(ProcessRecord.TYPE),
  THREAD(ThreadRecord.TYPE),
  SHM(ShmRecord.TYPE),
  /** Who waits for whom, on the whole host. */
  LOCKS(WaitRecord.TYPE);

  private final RecordType type;

  EntityKind(RecordType type) {
    this.type = type;
  }

  public RecordType type() {
    return type;
  }

  /** As {@code schema/metrics} writes it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
