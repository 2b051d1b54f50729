package kifs.notifier;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.query.Change;
import kifs.kernel.query.Query;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ThreadRecord;
import kifs.notifier.entity.Identity;

/** Omits from a pass whatever its query allows, like a source that remembers the pass before. */
final class ChangeFollower {
  /**
   * What a pass found in a process's records of one type, and the pass at which that last changed.
   */
  private record Known(List<List<Long>> values, long changedNs) {}

  private final Map<RecordType, Map<Integer, Known>> known = new HashMap<>();
  private final Map<RecordType, Long> lastNs = new HashMap<>();
  private long omitted;

  long omitted() {
    return omitted;
  }

  void pass(Query query, BulkBuilder all, BulkBuilder into) {
    for (RecordType type : List.of(ProcessRecord.TYPE, ThreadRecord.TYPE, LimitsRecord.TYPE)) {
      if (query.wants(type)) {
        pass(query, type, all, into);
      }
    }
  }

  private void pass(Query query, RecordType type, BulkBuilder all, BulkBuilder into) {
    Change change = next(query.change(type));
    Map<Integer, Known> now = change == null ? Map.of() : note(type, change, all);
    boolean isBounded = query.bounds().stream().anyMatch(bound -> bound.type() == type);
    Query bounds = query.withChanges(Set.of());
    Identity identity = Identity.of(type);
    all.forEach(
        type,
        record -> {
          boolean exceeds = isBounded && bounds.needs(record);
          boolean unfiltered = change == null && !isBounded;
          if (exceeds
              || unfiltered
              || change != null && hasChanged(change, now.get(identity.pid(record)))) {
            into.append(type).copy(record);
          } else {
            omitted++;
          }
        });
  }

  private Change next(Change change) {
    if (change == null) {
      return null;
    }
    Long last = lastNs.put(change.type(), change.nowNs());
    return last != null && last == change.lastNs() ? change : change.asFullPass();
  }

  private static boolean hasChanged(Change change, Known process) {
    return process.changedNs > change.sinceNs() || process.changedNs == change.nowNs();
  }

  private Map<Integer, Known> note(RecordType type, Change change, BulkBuilder all) {
    Identity identity = Identity.of(type);
    Map<Integer, List<List<Long>>> values = new HashMap<>();
    all.forEach(
        type,
        record ->
            values
                .computeIfAbsent(identity.pid(record), pid -> new ArrayList<>())
                .add(values(identity, change, record)));
    Map<Integer, Known> before = known.getOrDefault(type, Map.of());
    Map<Integer, Known> now = new HashMap<>();
    values.forEach(
        (pid, current) -> {
          Known old = before.get(pid);
          boolean same = old != null && change.lastNs() != 0 && old.values.equals(current);
          now.put(pid, same ? old : new Known(current, change.nowNs()));
        });
    known.put(type, now);
    return now;
  }

  /**
   * The values of the tracked fields, with the entity's key and start, which differ from those of
   * an earlier entity with its id.
   */
  private static List<Long> values(Identity identity, Change change, Record record) {
    List<Long> values = new ArrayList<>(List.of(identity.key(record), identity.bornNs(record)));
    values.add(change.fields());
    for (long rest = change.fields(); rest != 0; rest &= rest - 1) {
      values.add(record.get(record.type().fields().get(Long.numberOfTrailingZeros(rest))));
    }
    return values;
  }
}
