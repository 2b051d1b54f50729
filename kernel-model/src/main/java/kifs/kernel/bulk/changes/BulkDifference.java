package kifs.kernel.bulk.changes;

import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.BulkContent;
import kifs.kernel.bulk.BulkTooLargeException;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.bulk.RecordCursor;
import kifs.kernel.bulk.TextCopies;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.ChangesRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.GoneRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.Records;
import kifs.kernel.record.SnapshotRecord;
import kifs.kernel.record.TextRecord;

/**
 * Makes a changed bulk: the records that are new or differ in any field, flag or text, and a GONE
 * for each that went. Not thread-safe; used once.
 */
public final class BulkDifference {
  private final BulkContent before;
  private final BulkContent after;
  private final BulkBuilder into;
  private final RecordComparison comparison;
  private final TextCopies texts;
  private final Set<Integer> reusedPids = new HashSet<>();

  private BulkDifference(BulkContent before, BulkContent after, BulkBuilder into) {
    this.before = before;
    this.after = after;
    this.into = into;
    this.comparison = new RecordComparison(before, after);
    this.texts = new TextCopies(after, into);
  }

  /**
   * The difference between two whole bulks, which stay the caller's.
   *
   * @param pool provides the memory
   * @return a changed bulk with the SNAPSHOT of the later one; the caller owns a reference of it
   * @throws BulkTooLargeException if the pool has no memory for it
   */
  public static Bulk between(BulkContent before, BulkContent after, ChunkPool pool) {
    TreeMap<Integer, RecordType> types = new TreeMap<>();
    after.types().forEach(type -> types.put(type.tag(), type));
    types.put(ChangesRecord.TYPE.tag(), ChangesRecord.TYPE);
    types.put(GoneRecord.TYPE.tag(), GoneRecord.TYPE);
    if (types.values().stream().anyMatch(Records::haveTexts)) {
      types.put(TextRecord.TYPE.tag(), TextRecord.TYPE);
    }
    try (BulkBuilder into = new BulkBuilder(pool, types.values())) {
      new BulkDifference(before, after, into).write();
      Record snapshot = after.snapshot();
      return into.finishAs(snapshot, snapshot.flags() | Record.CHANGED);
    }
  }

  private void write() {
    Record changes = into.append(ChangesRecord.TYPE);
    Record snapshot = before.snapshot();
    changes.set(ChangesRecord.SINCE, snapshot.get(SnapshotRecord.SEQUENCE));
    changes.set(ChangesRecord.SINCE_BOOTTIME, snapshot.get(SnapshotRecord.BOOTTIME));
    for (RecordType type : allTypes()) {
      Optional<RecordKey> key = RecordKey.of(type);
      if (key.isPresent()) {
        compare(type, key.get());
      } else if (!isUnchanged(type)) {
        replaceAll(type);
      }
    }
  }

  private Collection<RecordType> allTypes() {
    TreeMap<Integer, RecordType> types = new TreeMap<>();
    before.types().forEach(type -> types.put(type.tag(), type));
    after.types().forEach(type -> types.put(type.tag(), type));
    return types.values();
  }

  /**
   * Merges the records of a type. If they weren't in the order of their keys, the difference would
   * be larger than need be, but not wrong: whatever finds no counterpart is gone, or new.
   */
  private void compare(RecordType type, RecordKey key) {
    boolean isOrdered = type != CgroupRecord.TYPE;
    Rows old = isOrdered ? Rows.unsorted(before, type) : Rows.sorted(before, type, key);
    Rows now = isOrdered ? Rows.unsorted(after, type) : Rows.sorted(after, type, key);
    // Records with texts can have equal bytes and other texts.
    boolean skips = type.textOffsets().isEmpty() && (key.hasStart() || reusedPids.isEmpty());
    while (!old.isAtEnd() || !now.isAtEnd()) {
      int order = order(old, now, key);
      if (order < 0) {
        gone(old.present(), key);
      } else if (order > 0) {
        texts.append(now.present());
      } else {
        replace(old.present(), now.present(), key);
        if (skips) {
          old.skipEqual(now);
        }
      }
      if (order <= 0) {
        old.advance();
      }
      if (order >= 0) {
        now.advance();
      }
    }
  }

  private static int order(Rows old, Rows now, RecordKey key) {
    if (old.isAtEnd()) {
      return 1;
    }
    return now.isAtEnd() ? -1 : key.compare(old.present(), now.present());
  }

  private void replace(Record old, Record now, RecordKey key) {
    if (isOfAnother(old, now, key)) {
      gone(old, key);
      texts.append(now);
    } else if (!comparison.areEqual(old, now)) {
      texts.append(now);
    }
  }

  /**
   * Whether the records are of different entities, because an id is used again. A process whose id
   * is used again takes along the records that have no start time, such as its COMMAND.
   */
  private boolean isOfAnother(Record old, Record now, RecordKey key) {
    boolean isReused = key.isReused(old, now);
    if (isReused && now.type() == ProcessRecord.TYPE) {
      reusedPids.add((int) now.get(ProcessRecord.PID));
    }
    Field pid = key.pid();
    return isReused
        || pid != null && !reusedPids.isEmpty() && reusedPids.contains((int) now.get(pid));
  }

  private void gone(Record record, RecordKey key) {
    key.describe(record, into.append(GoneRecord.TYPE));
  }

  private boolean isUnchanged(RecordType type) {
    if (before.count(type) != after.count(type)) {
      return false;
    }
    RecordCursor old = before.cursor(type);
    RecordCursor now = after.cursor(type);
    Record a = new Record(type);
    Record b = new Record(type);
    while (old.next(a) && now.next(b)) {
      if (!comparison.areEqual(a, b)) {
        return false;
      }
    }
    return true;
  }

  private void replaceAll(RecordType type) {
    into.append(GoneRecord.TYPE).set(GoneRecord.KIND, type.tag());
    if (into.wants(type)) {
      RecordCursor now = after.cursor(type);
      for (Record record = new Record(type); now.next(record); ) {
        texts.append(record);
      }
    }
  }
}
