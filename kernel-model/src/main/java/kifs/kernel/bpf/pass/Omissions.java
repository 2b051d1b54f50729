package kifs.kernel.bpf.pass;

import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;
import kifs.kernel.bpf.layout.Capacity;
import kifs.kernel.query.Bound;
import kifs.kernel.query.Change;
import kifs.kernel.query.Query;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.TotalRecord;

/**
 * Decides, for one pass, which records the BPF programs may drop in the kernel. It is all or
 * nothing per record type: if the programs can evaluate every bound and the change of a type, they
 * drop the records that match none of them; otherwise they drop none. Immutable.
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
   * @param given gives the mask of the fields of a type that the programs fill
   * @param followed null: the programs don't keep what they saw in the pass before, so they can't
   *     tell what has changed
   */
  Omissions(Query query, ToLongFunction<RecordType> given, Followed followed) {
    this.query = query;
    this.given = given;
    follows = followed != null;
    bounds = query.bounds().stream().filter(bound -> drops(bound.type())).toList();
    // The programs track changes even of a type of which they drop nothing now, since a later pass
    // relies on what they have seen in this one.
    changes =
        query.changes().stream()
            .filter(this::canFollow)
            .map(change -> followed.next(drops(change.type()) ? change : change.ofAll()))
            .toList();
  }

  /** The bounds that the programs shall evaluate. */
  List<Bound> bounds() {
    return bounds;
  }

  /** The change of that type that the programs shall track; null: none. */
  Change change(RecordType type) {
    return changes.stream().filter(change -> change.type() == type).findFirst().orElse(null);
  }

  private boolean drops(RecordType type) {
    Change change = query.change(type);
    // The programs drop unchanged threads a process at a time, so a bound, which may hold for one
    // of these threads alone, can't be evaluated beside a change.
    boolean apart =
        change == null
            || canFollow(change) && (type != ThreadRecord.TYPE || boundsOf(type).isEmpty());
    // A record that is dropped would be missing in a TOTAL.
    return !query.wants(TotalRecord.TYPE) && canCompare(type) && apart;
  }

  private boolean canCompare(RecordType type) {
    long fields = boundsOf(type).stream().mapToLong(Bound::fields).reduce(0, (a, b) -> a | b);
    return BOUNDED.contains(type)
        && isGiven(type, fields)
        && query.bounds().size() <= Capacity.MAX_BOUNDS.count();
  }

  private boolean canFollow(Change change) {
    return follows
        && isGiven(change.type(), change.fields())
        && Long.bitCount(change.fields()) <= Capacity.MAX_TRACKED.count();
  }

  private List<Bound> boundsOf(RecordType type) {
    return query.bounds().stream().filter(bound -> bound.type() == type).toList();
  }

  private boolean isGiven(RecordType type, long fields) {
    return (fields & ~given.applyAsLong(type)) == 0;
  }
}
