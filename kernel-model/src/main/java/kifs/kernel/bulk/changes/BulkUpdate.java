package kifs.kernel.bulk.changes;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.BulkContent;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.bulk.BulkTooLargeException;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.bulk.RecordCursor;
import kifs.kernel.bulk.TextCopies;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.ChangesRecord;
import kifs.kernel.record.GoneRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.Records;
import kifs.kernel.record.SnapshotRecord;
import kifs.kernel.record.TextRecord;

/** Applies a changed bulk to the bulk that it is a difference from. Not thread-safe; used once. */
public final class BulkUpdate {
  private final BulkContent table;
  private final BulkContent changed;
  private final BulkBuilder into;
  private final TextCopies tableTexts;
  private final TextCopies changedTexts;

  /** By type the keys of the records to remove; an empty list stands for all of them. */
  private final Map<Integer, Set<List<Long>>> gone = new HashMap<>();

  private BulkUpdate(BulkContent table, BulkContent changed, BulkBuilder into) {
    this.table = table;
    this.changed = changed;
    this.into = into;
    this.tableTexts = new TextCopies(table, into);
    this.changedTexts = new TextCopies(changed, into);
  }

  /** Whether a bulk is a changed one, and not a whole one. */
  public static boolean isChanged(BulkContent bulk) {
    return (bulk.snapshot().flags() & Record.CHANGED) != 0;
  }

  /**
   * Makes the whole bulk that a changed one stands for. Both stay the caller's. The records have
   * the order of a whole bulk, and each text is there once.
   *
   * @param table the whole bulk before
   * @param changed a changed bulk
   * @param pool provides the memory
   * @return the caller owns a reference of it
   * @throws BulkFormatException if the bulk is not a difference from {@code table}
   * @throws BulkTooLargeException if the pool has no memory for it
   */
  public static Bulk apply(BulkContent table, BulkContent changed, ChunkPool pool)
      throws BulkFormatException {
    checkSequence(table, changed);
    TreeMap<Integer, RecordType> types = new TreeMap<>();
    changed.types().forEach(type -> types.put(type.tag(), type));
    types.remove(ChangesRecord.TYPE.tag());
    types.remove(GoneRecord.TYPE.tag());
    if (types.values().stream().anyMatch(Records::haveTexts)) {
      types.put(TextRecord.TYPE.tag(), TextRecord.TYPE);
    }
    try (BulkBuilder into = new BulkBuilder(pool, types.values())) {
      new BulkUpdate(table, changed, into).write();
      Record snapshot = changed.snapshot();
      return into.finishAs(snapshot, snapshot.flags() & ~Record.CHANGED);
    }
  }

  private static void checkSequence(BulkContent table, BulkContent changed)
      throws BulkFormatException {
    Record changes = new Record(ChangesRecord.TYPE);
    if (!isChanged(changed) || !changed.cursor(ChangesRecord.TYPE).next(changes)) {
      throw new BulkFormatException(0, "not a changed bulk");
    }
    long since = changes.get(ChangesRecord.SINCE);
    long sequence = table.snapshot().get(SnapshotRecord.SEQUENCE);
    if (since != sequence) {
      throw new BulkFormatException(
          ChangesRecord.SINCE.offset(),
          "a difference from bulk " + since + " can't be applied to bulk " + sequence);
    }
  }

  private void write() {
    collectGone();
    for (RecordType type : changed.types()) {
      Optional<RecordKey> key = RecordKey.of(type);
      if (!into.wants(type)) {
        continue;
      }
      if (key.isEmpty()) {
        boolean isReplaced = gone.containsKey(type.tag());
        copyAll(type, isReplaced ? changed : table, isReplaced ? changedTexts : tableTexts);
      } else if (type == CgroupRecord.TYPE) {
        mergeCgroups(key.get());
      } else {
        merge(type, key.get(), this::append);
      }
    }
  }

  private void collectGone() {
    RecordCursor cursor = changed.cursor(GoneRecord.TYPE);
    for (Record record = new Record(GoneRecord.TYPE); cursor.next(record); ) {
      int kind = (int) record.get(GoneRecord.KIND);
      RecordType type = Records.byTag(kind);
      if (type != null) {
        gone.computeIfAbsent(kind, k -> new HashSet<>())
            .add(RecordKey.of(type).map(key -> key.ofGone(record)).orElse(List.of()));
      }
    }
  }

  private void copyAll(RecordType type, BulkContent from, TextCopies texts) {
    RecordCursor cursor = from.cursor(type);
    for (Record record = new Record(type); cursor.next(record); ) {
      texts.append(record);
    }
  }

  /** Gets the records of the result in the order of their keys. */
  private interface Sink {
    void accept(Record record, boolean isChanged);
  }

  private void append(Record record, boolean isChanged) {
    (isChanged ? changedTexts : tableTexts).append(record);
  }

  private void merge(RecordType type, RecordKey key, Sink sink) {
    Set<List<Long>> removed = gone.getOrDefault(type.tag(), Set.of());
    Rows old = Rows.sorted(table, type, key);
    Rows now = Rows.sorted(changed, type, key);
    while (!old.isAtEnd() || !now.isAtEnd()) {
      int order = 1;
      if (!old.isAtEnd()) {
        order = now.isAtEnd() ? -1 : key.compare(old.present(), now.present());
      }
      if (order >= 0) {
        sink.accept(now.present(), true);
      } else if (removed.isEmpty() || !removed.contains(key.of(old.present()))) {
        sink.accept(old.present(), false);
      }
      if (order <= 0) {
        old.advance();
      }
      if (order >= 0) {
        now.advance();
      }
    }
  }

  /** A cgroup of the result, with the path that decides its place. */
  private record Group(String path, Record record, boolean isChanged) {}

  /** Groups stand in the order of the tree, so that a parent precedes its children. */
  private void mergeCgroups(RecordKey key) {
    List<Group> groups = new ArrayList<>();
    merge(
        CgroupRecord.TYPE,
        key,
        (record, isChanged) -> {
          String path = path(record, isChanged ? changed : table);
          Record kept = new Record(record.type()).wrap(record.buffer(), record.offset());
          groups.add(new Group(path, kept, isChanged));
        });
    groups.sort(Comparator.comparing(Group::path));
    groups.forEach(group -> append(group.record(), group.isChanged()));
  }

  /** The path in a form whose order is that of the tree: no byte is before the slash. */
  private static String path(Record group, BulkContent bulk) {
    long length = Math.min(group.get(CgroupRecord.PATH_LENGTH), BulkBuilder.MAX_LONG_TEXT_BYTES);
    ByteBuffer path = ByteBuffer.allocate((int) length);
    bulk.read(group.get(CgroupRecord.PATH_OFFSET), path);
    return new String(path.array(), StandardCharsets.ISO_8859_1).replace('/', '\0');
  }
}
