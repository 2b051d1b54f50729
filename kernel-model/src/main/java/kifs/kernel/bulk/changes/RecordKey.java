package kifs.kernel.bulk.changes;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kifs.kernel.record.BaselineRecord;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.CpuRecord;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.GoneRecord;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ShmUserRecord;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.TotalRecord;
import org.jspecify.annotations.Nullable;

/**
 * The fields that tell apart the records of one type within a bulk. As a comparator it has the
 * order of the records in a bulk, except for CGROUP. Immutable and thread-safe.
 */
public final class RecordKey implements Comparator<Record> {
  private static final Map<RecordType, RecordKey> KEYS = keys();

  /** The fields of the key, most significant first, and for each the field of GONE. */
  private final List<Field> fields;

  private final List<Field> gone;
  private final @Nullable Field start;

  private RecordKey(RecordType type, Field... fields) {
    this.fields = List.of(fields);
    List<Field> targets = new ArrayList<>();
    for (Field field : fields) {
      targets.add(
          switch (field.name()) {
            case "pid" -> GoneRecord.PID;
            case "tid" -> GoneRecord.TID;
            default -> GoneRecord.ID;
          });
    }
    this.gone = List.copyOf(targets);
    this.start = type.field("start_ns");
  }

  private static Map<RecordType, RecordKey> keys() {
    Map<RecordType, RecordKey> keys = new HashMap<>();
    put(keys, SystemRecord.TYPE);
    put(keys, CpuRecord.TYPE, CpuRecord.CPU);
    put(keys, ProcessRecord.TYPE, ProcessRecord.PID);
    put(keys, ThreadRecord.TYPE, ThreadRecord.PID, ThreadRecord.TID);
    put(keys, CommandRecord.TYPE, CommandRecord.PID);
    put(keys, LimitsRecord.TYPE, LimitsRecord.PID);
    put(keys, TotalRecord.TYPE);
    put(keys, FdRecord.TYPE, FdRecord.PID, FdRecord.TID, FdRecord.FD);
    put(keys, ShmRecord.TYPE, ShmRecord.ID);
    put(keys, ShmUserRecord.TYPE, ShmUserRecord.ID, ShmUserRecord.PID);
    put(keys, CgroupRecord.TYPE, CgroupRecord.ID);
    for (BaselineRecord baseline : List.of(BaselineRecord.PROCESS, BaselineRecord.THREAD)) {
      put(keys, baseline.type(), baseline.pid(), baseline.tid());
    }
    return Map.copyOf(keys);
  }

  private static void put(Map<RecordType, RecordKey> keys, RecordType type, Field... fields) {
    keys.put(type, new RecordKey(type, fields));
  }

  /**
   * The key of a type; empty for a type in which several records can have equal fields. If anything
   * has changed in such a type, a changed bulk has all its records.
   */
  public static Optional<RecordKey> of(RecordType type) {
    return Optional.ofNullable(KEYS.get(type));
  }

  @Override
  public int compare(Record a, Record b) {
    for (int i = 0; i < fields.size(); i++) {
      Field field = fields.get(i);
      int order = Long.compare(a.get(field), b.get(field));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  /** Whether the records tell when their entities started. */
  boolean hasStart() {
    return start != null;
  }

  /**
   * Whether two records with equal keys are of different entities, because the id is used again.
   */
  boolean isReused(Record before, Record after) {
    return start != null && before.get(start) != after.get(start);
  }

  /** The field with the process that a record is about; null: it is about none. */
  @Nullable Field pid() {
    int at = gone.indexOf(GoneRecord.PID);
    return at < 0 ? null : fields.get(at);
  }

  /** Fills a GONE record. */
  void describe(Record record, Record target) {
    target.set(GoneRecord.KIND, record.type().tag());
    for (int i = 0; i < fields.size(); i++) {
      if (record.has(fields.get(i))) {
        target.set(gone.get(i), record.get(fields.get(i)));
      }
    }
    if (start != null && record.has(start)) {
      target.set(GoneRecord.START, record.get(start));
    }
  }

  /** The values of the key of a record. */
  List<Long> of(Record record) {
    return values(fields, record);
  }

  /** The values of the key of the record that a GONE is about. */
  List<Long> ofGone(Record record) {
    return values(gone, record);
  }

  private static List<Long> values(List<Field> fields, Record record) {
    List<Long> values = new ArrayList<>();
    for (Field field : fields) {
      values.add(record.get(field));
    }
    return values;
  }
}
