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
 * that its bounds and its change don't bring, or none. Immutable.
 *
 * @param given the masks of fields that the programs fill
 * @param follows whether the programs keep what they saw in the pass before
 */
record Omissions(Query query, ToLongFunction<RecordType> given, boolean follows) {
  private static final Set<RecordType> BOUNDED =
      Set.of(ProcessRecord.TYPE, ThreadRecord.TYPE, LimitsRecord.TYPE);
  private static final Set<RecordType> FOLLOWED = Set.of(ProcessRecord.TYPE, ThreadRecord.TYPE);

  /** What they shall compare. */
  List<Bound> bounds() {
    return query.bounds().stream().filter(bound -> leavesOut(bound.type())).toList();
  }

  /** What they shall follow; null: nothing. */
  Change change(RecordType type) {
    return leavesOut(type) ? query.change(type) : null;
  }

  private boolean leavesOut(RecordType type) {
    Change change = query.change(type);
    // What is left out adds nothing to a TOTAL.
    return !query.wants(TotalRecord.TYPE)
        && canCompare(type)
        && (change == null || canFollow(change));
  }

  private boolean canCompare(RecordType type) {
    long fields = boundsOf(type).stream().mapToLong(Bound::fields).reduce(0, (a, b) -> a | b);
    return BOUNDED.contains(type)
        && isGiven(type, fields)
        && query.bounds().size() <= SharedLayout.MOST_BOUNDS;
  }

  /** Threads are left out a process at a time, whatever one of them is. */
  private boolean canFollow(Change change) {
    RecordType type = change.type();
    return follows
        && FOLLOWED.contains(type)
        && isGiven(type, change.fields())
        && Long.bitCount(change.fields()) <= SharedLayout.MOST_FOLLOWED
        && (type != ThreadRecord.TYPE || boundsOf(type).isEmpty());
  }

  private List<Bound> boundsOf(RecordType type) {
    return query.bounds().stream().filter(bound -> bound.type() == type).toList();
  }

  private boolean isGiven(RecordType type, long fields) {
    return (fields & ~given.applyAsLong(type)) == 0;
  }
}
