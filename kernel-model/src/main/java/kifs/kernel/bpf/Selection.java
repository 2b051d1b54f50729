package kifs.kernel.bpf;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import kifs.kernel.bpf.pass.PassMaker;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.query.Query;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ShmUserRecord;
import kifs.kernel.source.Cancellation;

/**
 * Selects the processes of a query about what processes hold. The programs apply the query's
 * filters in one pass. Otherwise /proc would be read for each process. Stateless.
 */
final class Selection {
  /** The tags of the records about what processes hold. */
  private static final Set<Integer> HELD =
      Set.of(FdRecord.TYPE.tag(), ShmRecord.TYPE.tag(), ShmUserRecord.TYPE.tag());

  private static final ChunkPool POOL = new ChunkPool(1L << 30, 1L << 20);

  private Selection() {}

  /**
   * The tags of a query that are about what processes hold. Empty if the query has no filter other
   * than pids, because then there is nothing to select.
   */
  static Set<Integer> tags(Query query) {
    Set<Integer> held = new TreeSet<>(query.tags());
    held.retainAll(HELD);
    return query.withPids(Set.of()).isFiltered() ? held : Set.of();
  }

  /**
   * The part of the query about what processes hold, with the pids of the selected processes as its
   * only filter. Empty if the filters admit no process.
   *
   * @throws BpfStoppedException if the kernel doesn't run the programs any more
   */
  static Optional<Query> select(PassMaker passes, Query query, Cancellation cancellation) {
    Set<Integer> pids = new TreeSet<>();
    Query complete = query.withBounds(Set.of()).withChanges(Set.of());
    Query processes =
        complete
            .withTags(Set.of(ProcessRecord.TYPE.tag()))
            .withFields(ProcessRecord.TYPE, ProcessRecord.PID);
    try (BulkBuilder found = new BulkBuilder(POOL, List.of(ProcessRecord.TYPE))) {
      passes.collect(processes, null, found, cancellation);
      found.forEach(ProcessRecord.TYPE, process -> pids.add((int) process.get(ProcessRecord.PID)));
    }
    return pids.isEmpty()
        ? Optional.empty()
        : Optional.of(
            complete
                .withTags(tags(query))
                .withPids(pids)
                .withUids(Set.of())
                .withStates(Set.of())
                .withComms(Set.of())
                .withAnyCgroup());
  }
}
