package kifs.kernel.bpf;

import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;
import kifs.kernel.bulk.Bound;
import kifs.kernel.bulk.Change;
import kifs.kernel.bulk.Query;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.TotalRecord;

/**
 * Which records a query lets the programs leave out, as far as they can tell: of a type either all
 * that its bounds and its change don't bring, or none. Of one pass; immutable.
 */
final class Omissions {
  private static final Set<RecordType> BOUNDED =
      Set.of(ProcessRecord.TYPE, ThreadRecord.TYPE, LimitsRecord.TYPE);

  private final Query query;
  private final ToLongFunction<RecordType> given;
  private final boolean follows;
  private final List<Bound> bounds;
  private final List<Change> changes;

  /**
   * @param given the masks of fields that the programs fill
   * @param followed null: the programs don't keep what they saw in the pass before
   */
  Omissions(Query query, ToLongFunction<RecordType> given, Followed followed) {
    this.query = query;
    this.given = given;
    follows = followed != null;
    bounds = query.bounds().stream().filter(bound -> leavesOut(bound.type())).toList();
    // Also where they leave nothing out now: a later pass relies on it.
    changes =
        query.changes().stream()
            .filter(this::canFollow)
            .map(change -> followed.next(leavesOut(change.type()) ? change : change.ofAll()))
            .toList();
  }

  /** What they shall compare. */
  List<Bound> bounds() {
    return bounds;
  }

  /** What they shall follow; null: nothing. */
  Change change(RecordType type) {
    return changes.stream().filter(change -> change.type() == type).findFirst().orElse(null);
  }

  private boolean leavesOut(RecordType type) {
    Change change = query.change(type);
    // What is left out adds nothing to a TOTAL. Threads are left out a process at a time, whatever
    // one of them is.
    boolean apart =
        change == null
            || canFollow(change) && (type != ThreadRecord.TYPE || boundsOf(type).isEmpty());
    return !query.wants(TotalRecord.TYPE) && canCompare(type) && apart;
  }

  private boolean canCompare(RecordType type) {
    long fields = boundsOf(type).stream().mapToLong(Bound::fields).reduce(0, (a, b) -> a | b);
    return BOUNDED.contains(type)
        && isGiven(type, fields)
        && query.bounds().size() <= SharedLayout.MOST_BOUNDS;
  }

  private boolean canFollow(Change change) {
    return follows
        && isGiven(change.type(), change.fields())
        && Long.bitCount(change.fields()) <= SharedLayout.MOST_FOLLOWED;
  }

  private List<Bound> boundsOf(RecordType type) {
    return query.bounds().stream().filter(bound -> bound.type() == type).toList();
  }

  private boolean isGiven(RecordType type, long fields) {
    return (fields & ~given.applyAsLong(type)) == 0;
  }
}
