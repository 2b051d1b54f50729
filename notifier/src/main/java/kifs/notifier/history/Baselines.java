package kifs.notifier.history;

import java.nio.charset.StandardCharsets;
import java.util.function.IntPredicate;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.query.Query;
import kifs.kernel.record.BaselineRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.history.detector.Explanation;

/** Writes the records that say what is usual. Guarded by the lock of the {@link History}. */
final class Baselines {
  private final KindHistory of;
  private final EntityTable table;
  private final BaselineRecord type;
  private final BulkBuilder into;
  private final long fields;

  Baselines(KindHistory of, Query query, BulkBuilder into) {
    this.of = of;
    this.into = into;
    table = of.table();
    type = typeOf(table.kind());
    fields = query.fields(type.type(), type.type().allFields());
  }

  /** The type of the records of a kind of entity. */
  static BaselineRecord typeOf(EntityKind kind) {
    return kind == EntityKind.THREAD ? BaselineRecord.THREAD : BaselineRecord.PROCESS;
  }

  /** Adds a record for each entity of the processes that are admitted. */
  void addAll(IntPredicate admits) {
    for (int place = 0; place < table.count(); place++) {
      if (admits.test(table.pid(table.row(place)))) {
        add(table.row(place));
      }
    }
  }

  /** Adds a record for each entity of one process. */
  void addOf(int pid) {
    for (int place = table.firstPlaceOf(pid);
        place < table.count() && table.pid(table.row(place)) == pid;
        place++) {
      add(table.row(place));
    }
  }

  private void add(int row) {
    Record record = into.append(type.type());
    set(record, type.pid(), table.pid(row));
    set(record, type.tid(), table.tid(row));
    set(record, type.start(), table.bornNs(row));
    write(record, type.open(), row, table.openScore(row), false);
    write(record, type.guarded(), row, table.guardedScore(row), true);
  }

  private void set(Record record, Field field, long value) {
    if ((fields & field.bit()) != 0) {
      record.set(field, value);
    }
  }

  private void write(
      Record record, BaselineRecord.Worst worst, int row, double score, boolean guarded) {
    setDouble(record, worst.score(), score);
    if ((fields & worst.mask() & ~worst.score().bit()) == 0 || score <= 0) {
      return;
    }
    Oddity oddity = of.worst(row, guarded);
    if (oddity != null) {
      write(record, worst, oddity);
    }
  }

  private void write(Record record, BaselineRecord.Worst worst, Oddity oddity) {
    Explanation why = oddity.explanation();
    setText(record, worst.metric(), oddity.metric().name());
    setDouble(record, worst.now(), why.now());
    setDouble(record, worst.low(), why.usualLow());
    setDouble(record, worst.high(), why.usualHigh());
    set(record, worst.samples(), oddity.samples());
  }

  private void setDouble(Record record, Field field, double value) {
    if ((fields & field.bit()) != 0) {
      record.setDouble(field, value);
    }
  }

  private void setText(Record record, Field field, String value) {
    if ((fields & field.bit()) != 0) {
      byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
      record.setBytes(field, bytes, 0, bytes.length);
    }
  }
}
