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
import org.jspecify.annotations.Nullable;

/**
 * Decides, for one pass, which records the BPF programs may omit. It is all or nothing per record
 * type: if the programs can evaluate every bound and the change of a type, they omit the records
 * that match none of them; otherwise they omit none. Immutable.
 */
final class Omissions {
  private static final Set<RecordType> BOUNDED =
      Set.of(ProcessRecord.TYPE, ThreadRecord.TYPE, LimitsRecord.TYPE);

  private final Query query;
  private final ToLongFunction<RecordType> provided;
  private final boolean tracks;
  private final List<Bound> bounds;
  private final List<Change> changes;

  /**
   * @param provided returns the mask of the fields of a type that the programs fill
   * @param tracked null if the programs keep no digests, so that they can't track changes
   */
  Omissions(Query query, ToLongFunction<RecordType> provided, @Nullable TrackedPasses tracked) {
    this.query = query;
    this.provided = provided;
    tracks = tracked != null;
    bounds = query.bounds().stream().filter(bound -> drops(bound.type())).toList();
    // The programs track changes even of a type of which they omit nothing now, because a later
    // pass compares with the digests of this one.
    changes =
        tracked == null
            ? List.of()
            : query.changes().stream()
                .filter(this::canTrack)
                .map(change -> tracked.next(drops(change.type()) ? change : change.includingAll()))
                .toList();
  }

  /** The bounds that the programs shall evaluate. */
  List<Bound> bounds() {
    return bounds;
  }

  /** The change of a type that the programs shall track. Null if there is none. */
  @Nullable Change change(RecordType type) {
    return changes.stream().filter(change -> change.type() == type).findFirst().orElse(null);
  }

  private boolean drops(RecordType type) {
    Change change = query.change(type);
    // The programs omit unchanged threads one process at a time. A bound may hold for a single one
    // of these threads, so the programs can't evaluate it together with a change.
    boolean changeFits =
        change == null
            || canTrack(change) && (type != ThreadRecord.TYPE || boundsOf(type).isEmpty());
    // A record that is omitted would be missing in a TOTAL.
    return !query.wants(TotalRecord.TYPE) && canEvaluateBounds(type) && changeFits;
  }

  private boolean canEvaluateBounds(RecordType type) {
    long fields = boundsOf(type).stream().mapToLong(Bound::fields).reduce(0, (a, b) -> a | b);
    return BOUNDED.contains(type)
        && isProvided(type, fields)
        && query.bounds().size() <= Capacity.MAX_BOUNDS.count();
  }

  private boolean canTrack(Change change) {
    return tracks
        && isProvided(change.type(), change.fields())
        && Long.bitCount(change.fields()) <= Capacity.MAX_TRACKED.count();
  }

  private List<Bound> boundsOf(RecordType type) {
    return query.bounds().stream().filter(bound -> bound.type() == type).toList();
  }

  private boolean isProvided(RecordType type, long fields) {
    return (fields & ~provided.applyAsLong(type)) == 0;
  }
}
