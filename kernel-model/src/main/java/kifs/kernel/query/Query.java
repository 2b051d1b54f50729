package kifs.kernel.query;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import org.jspecify.annotations.Nullable;

/**
 * What a snapshot shall contain: which types of record, for which entities, with which fields.
 * Immutable. Equal queries ask for the same content, so their clients can share one bulk.
 *
 * <p>An empty set of pids, uids, states or comms doesn't restrict. A process that passes the
 * filters is included with all its threads. Only {@code states} applies to each PROCESS and each
 * THREAD by its own state.
 *
 * @param tags tags of the wanted record types
 * @param pids ascending
 * @param uids real user ids
 * @param states letters as in ps
 * @param comms complete names of processes, one char per byte, because names need not be UTF-8
 * @param cgroupPath one char per byte; processes in that cgroup and below it pass; empty: all pass
 * @param detail the level of detail for types that {@code fields} doesn't name
 * @param fields masks by tag that override {@code detail}
 * @param bounds for a type with bounds, a source may omit records that exceed none of them; it need
 *     not
 * @param changes change filters, at most one per type. For such a type a source may omit records
 *     that have not changed and that exceed no bound; it need not
 */
public record Query(
    Set<Integer> tags,
    Set<Integer> pids,
    Set<Integer> uids,
    Set<Character> states,
    Set<String> comms,
    Optional<String> cgroupPath,
    Detail detail,
    Map<Integer, Long> fields,
    Set<Bound> bounds,
    Set<Change> changes) {

  private static final Query NOTHING =
      new Query(
          Set.of(),
          Set.of(),
          Set.of(),
          Set.of(),
          Set.of(),
          Optional.empty(),
          Detail.NORMAL,
          Map.of(),
          Set.of(),
          Set.of());

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

  /** All records of these types, in normal detail. */
  public static Query of(Collection<RecordType> types) {
    return NOTHING.withTags(types.stream().map(RecordType::tag).collect(Collectors.toSet()));
  }

  /** All records of these types, in normal detail. */
  public static Query of(RecordType... types) {
    return of(Set.of(types));
  }

  /** A mutable copy of a query's components, by name, from which the next query is made. */
  private static final class Copy {
    private Set<Integer> tags;
    private Set<Integer> pids;
    private Set<Integer> uids;
    private Set<Character> states;
    private Set<String> comms;
    private Optional<String> cgroupPath;
    private Detail detail;
    private Map<Integer, Long> fields;
    private Set<Bound> bounds;
    private Set<Change> changes;

    private Copy(Query query) {
      tags = query.tags;
      pids = query.pids;
      uids = query.uids;
      states = query.states;
      comms = query.comms;
      cgroupPath = query.cgroupPath;
      detail = query.detail;
      fields = query.fields;
      bounds = query.bounds;
      changes = query.changes;
    }

    private Query query() {
      return new Query(
          tags, pids, uids, states, comms, cgroupPath, detail, fields, bounds, changes);
    }
  }

  private Query with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return copy.query();
  }

  public Query withTags(Set<Integer> others) {
    return with(copy -> copy.tags = others);
  }

  public Query withPids(Set<Integer> only) {
    return with(copy -> copy.pids = only);
  }

  public Query withUids(Set<Integer> only) {
    return with(copy -> copy.uids = only);
  }

  public Query withStates(Set<Character> only) {
    return with(copy -> copy.states = only);
  }

  public Query withComms(Set<String> only) {
    return with(copy -> copy.comms = only);
  }

  /**
   * @param only path of the cgroup, one char per byte
   */
  public Query withCgroup(String only) {
    return with(copy -> copy.cgroupPath = Optional.of(only));
  }

  public Query withAnyCgroup() {
    return with(copy -> copy.cgroupPath = Optional.empty());
  }

  public Query withDetail(Detail other) {
    return with(copy -> copy.detail = other);
  }

  /** A query for exactly these fields of that type; the detail doesn't apply to the type. */
  public Query withFields(RecordType type, long mask) {
    Map<Integer, Long> masks = new TreeMap<>(fields);
    masks.put(type.tag(), mask);
    return with(copy -> copy.fields = masks);
  }

  /** A query for exactly these fields of that type; the detail doesn't apply to the type. */
  public Query withFields(RecordType type, Field... only) {
    return withFields(type, Field.mask(only));
  }

  public Query withBounds(Set<Bound> others) {
    return with(copy -> copy.bounds = others);
  }

  public Query withChanges(Set<Change> others) {
    return with(copy -> copy.changes = others);
  }

  public boolean wants(RecordType type) {
    return tags.contains(type.tag());
  }

  /**
   * The mask of the wanted fields of a type.
   *
   * @param byDetail the fields that the source fills for {@link #detail}
   */
  public long fields(RecordType type, long byDetail) {
    return fields.getOrDefault(type.tag(), byDetail);
  }

  /** Whether some filter may exclude processes. */
  public boolean isFiltered() {
    return !pids.isEmpty()
        || !uids.isEmpty()
        || !states.isEmpty()
        || !comms.isEmpty()
        || cgroupPath.isPresent();
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

  /** The change filter for that type; null: there is none. */
  public @Nullable Change change(RecordType type) {
    return changes.stream().filter(change -> change.type() == type).findFirst().orElse(null);
  }

  /**
   * Whether a client may need that record, as far as the record alone shows: it exceeds a bound,
   * its type has no bounds, or its type has a change filter.
   */
  public boolean needs(Record record) {
    boolean bounded = false;
    for (Bound bound : bounds) {
      if (bound.type() == record.type()) {
        if (bound.exceeds(record)) {
          return true;
        }
        bounded = true;
      }
    }
    return !bounded || change(record.type()) != null;
  }

  /**
   * Whether a process in that cgroup is in the wanted cgroup or below it.
   *
   * @param path null: not known
   */
  public boolean admitsCgroup(String path) {
    if (cgroupPath.isEmpty() || path == null) {
      return cgroupPath.isEmpty();
    }
    String wanted = cgroupPath.get();
    return wanted.equals("/")
        || path.equals(wanted)
        || (path.startsWith(wanted) && path.charAt(wanted.length()) == '/');
  }
}
