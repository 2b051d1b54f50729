package kifs.kernel.bulk;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;

/**
 * What shall be in a snapshot: which types of record, of which entities, with which fields.
 * Immutable; equal queries ask for the same thing, so their readers can share one snapshot.
 *
 * <p>An empty set of pids, uids, states or comms doesn't restrict. A process that the filters let
 * through brings all its threads, except that {@code states} applies to each PROCESS and each
 * THREAD by its own state.
 *
 * @param tags tags of the record types wanted
 * @param pids ascending
 * @param uids real user ids
 * @param states letters as in ps
 * @param comms names of processes, whole, one char a byte (names need not be UTF-8)
 * @param cgroup a path, one char a byte; processes in it and below it; null: any
 * @param fields masks by tag that override {@code detail}
 * @param bounds of a type that has some, records that are beyond none of them may be left out. A
 *     source need not do so
 * @param changes at most one of a type. Of one that has it, records may be left out that neither it
 *     nor a bound brings. A source need not do so
 */
public record Query(
    Set<Integer> tags,
    Set<Integer> pids,
    Set<Integer> uids,
    Set<Character> states,
    Set<String> comms,
    String cgroup,
    Detail detail,
    Map<Integer, Long> fields,
    Set<Bound> bounds,
    Set<Change> changes) {

  public Query {
    tags = sorted(tags);
    pids = sorted(pids);
    uids = sorted(uids);
    states = sorted(states);
    comms = sorted(comms);
    fields = Collections.unmodifiableMap(new TreeMap<>(fields));
    bounds = Set.copyOf(bounds);
    changes = Set.copyOf(changes);
  }

  private static <T extends Comparable<T>> Set<T> sorted(Set<T> set) {
    return Collections.unmodifiableSet(new TreeSet<>(set));
  }

  /** Everything there is of these types, in normal detail. */
  public static Query of(Collection<RecordType> types) {
    Set<Integer> tags = new TreeSet<>();
    types.forEach(type -> tags.add(type.tag()));
    return new Query(
        tags,
        Set.of(),
        Set.of(),
        Set.of(),
        Set.of(),
        null,
        Detail.NORMAL,
        Map.of(),
        Set.of(),
        Set.of());
  }

  public static Query of(RecordType... types) {
    return of(Set.of(types));
  }

  /** The same with other types. */
  public Query withTags(Set<Integer> others) {
    return new Query(others, pids, uids, states, comms, cgroup, detail, fields, bounds, changes);
  }

  /** The same of only these processes. */
  public Query withPids(Set<Integer> only) {
    return new Query(tags, only, uids, states, comms, cgroup, detail, fields, bounds, changes);
  }

  public Query withUids(Set<Integer> only) {
    return new Query(tags, pids, only, states, comms, cgroup, detail, fields, bounds, changes);
  }

  public Query withStates(Set<Character> only) {
    return new Query(tags, pids, uids, only, comms, cgroup, detail, fields, bounds, changes);
  }

  public Query withComms(Set<String> only) {
    return new Query(tags, pids, uids, states, only, cgroup, detail, fields, bounds, changes);
  }

  public Query withCgroup(String only) {
    return new Query(tags, pids, uids, states, comms, only, detail, fields, bounds, changes);
  }

  public Query withDetail(Detail other) {
    return new Query(tags, pids, uids, states, comms, cgroup, other, fields, bounds, changes);
  }

  /** The same with exactly these fields of that type, whatever the detail. */
  public Query withFields(RecordType type, long mask) {
    Map<Integer, Long> masks = new TreeMap<>(fields);
    masks.put(type.tag(), mask);
    return new Query(tags, pids, uids, states, comms, cgroup, detail, masks, bounds, changes);
  }

  public Query withFields(RecordType type, Field... only) {
    long mask = 0;
    for (Field field : only) {
      mask |= field.bit();
    }
    return withFields(type, mask);
  }

  public Query withBounds(Set<Bound> others) {
    return new Query(tags, pids, uids, states, comms, cgroup, detail, fields, others, changes);
  }

  public Query withChanges(Set<Change> others) {
    return new Query(tags, pids, uids, states, comms, cgroup, detail, fields, bounds, others);
  }

  public boolean wants(RecordType type) {
    return tags.contains(type.tag());
  }

  /**
   * The fields wanted of a type.
   *
   * @param byDetail what the source gives of it for {@link #detail}
   */
  public long fields(RecordType type, long byDetail) {
    return fields.getOrDefault(type.tag(), byDetail);
  }

  /** Whether not every process is admitted. */
  public boolean isFiltered() {
    return !pids.isEmpty()
        || !uids.isEmpty()
        || !states.isEmpty()
        || !comms.isEmpty()
        || cgroup != null;
  }

  public boolean admitsPid(int pid) {
    return pids.isEmpty() || pids.contains(pid);
  }

  public boolean admitsUid(int uid) {
    return uids.isEmpty() || uids.contains(uid);
  }

  public boolean admitsState(int state) {
    return states.isEmpty() || states.contains((char) state);
  }

  public boolean admitsComm(String comm) {
    return comms.isEmpty() || comms.contains(comm);
  }

  /** The one of that type; null: there is none. */
  public Change change(RecordType type) {
    return changes.stream().filter(change -> change.type() == type).findFirst().orElse(null);
  }

  /**
   * Whether somebody may need that record, as far as it says by itself: it is beyond a bound, or
   * its type has none, or whether it has changed matters.
   */
  public boolean needs(Record record) {
    boolean bounded = false;
    for (Bound bound : bounds) {
      if (bound.type() == record.type()) {
        if (bound.isBeyond(record)) {
          return true;
        }
        bounded = true;
      }
    }
    return !bounded || change(record.type()) != null;
  }

  /**
   * Whether a process in that cgroup is in the wanted one or below it.
   *
   * @param path null: not known
   */
  public boolean admitsCgroup(String path) {
    if (cgroup == null || path == null) {
      return cgroup == null;
    }
    return cgroup.equals("/")
        || path.equals(cgroup)
        || (path.startsWith(cgroup) && path.charAt(cgroup.length()) == '/');
  }
}
