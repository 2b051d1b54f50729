package kifs.kernel.capture;

import java.util.Optional;
import java.util.function.Supplier;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.query.Query;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ShmUserRecord;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.ShmRef;

/** A shared-memory object of a captured bulk. Immutable, so thread-safe. */
final class CapturedShm implements ShmRef {
  private final Supplier<CapturedBulk> present;
  private final long id;

  CapturedShm(Supplier<CapturedBulk> present, long id) {
    this.present = present;
    this.id = id;
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public boolean read(long fields, Record shm, Cancellation cancellation) {
    Optional<Record> record = present.get().first(ShmRecord.TYPE, id);
    record.ifPresent(found -> RecordCopies.fill(shm, fields, found));
    return record.isPresent();
  }

  @Override
  public Optional<String> name() {
    CapturedBulk now = present.get();
    return now.first(ShmRecord.TYPE, id).map(record -> now.text(record, ShmRecord.NAME_OFFSET));
  }

  @Override
  public boolean collect(Query query, BulkBuilder into, Cancellation cancellation) {
    CapturedBulk now = present.get();
    append(now, ShmRecord.TYPE, query, into);
    append(now, ShmUserRecord.TYPE, query, into);
    return now.first(ShmRecord.TYPE, id).isPresent();
  }

  private void append(CapturedBulk now, RecordType type, Query query, BulkBuilder into) {
    if (query.wants(type)) {
      long fields = query.fields(type, now.provided(type)) | CapturedBulk.ids(type);
      now.find(type, id).forEach(record -> RecordCopies.append(now, record, fields, into));
    }
  }

  @Override
  public void close() {}
}
