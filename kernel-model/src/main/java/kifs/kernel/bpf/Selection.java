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
 * Which processes a query about what processes hold is of: the programs put its filters to them in
 * one pass, where /proc would be read process by process. Stateless.
 */
final class Selection {
  /** Tags of the records that are about what processes hold. */
  private static final Set<Integer> HELD =
      Set.of(FdRecord.TYPE.tag(), ShmRecord.TYPE.tag(), ShmUserRecord.TYPE.tag());

  private static final ChunkPool POOL = new ChunkPool(1L << 30, 1L << 20);

  private Selection() {}

  /** The part of a query that is about what processes hold and that has filters besides pids. */
  static Set<Integer> tags(Query query) {
    Set<Integer> held = new TreeSet<>(query.tags());
    held.retainAll(HELD);
    return query.withPids(Set.of()).isFiltered() ? held : Set.of();
  }

  /**
   * The same part with nothing but pids to go by; empty if no process is admitted.
   *
   * @throws BpfStoppedException if the kernel doesn't run the programs any more
   */
  static Optional<Query> of(PassMaker passes, Query query, Cancellation cancellation) {
    Set<Integer> pids = new TreeSet<>();
    Query whole = query.withBounds(Set.of()).withChanges(Set.of());
    Query processes =
        whole
            .withTags(Set.of(ProcessRecord.TYPE.tag()))
            .withFields(ProcessRecord.TYPE, ProcessRecord.PID);
    try (BulkBuilder found = new BulkBuilder(POOL, List.of(ProcessRecord.TYPE))) {
      passes.collect(processes, null, found, cancellation);
      found.forEach(ProcessRecord.TYPE, process -> pids.add((int) process.get(ProcessRecord.PID)));
    }
    return pids.isEmpty()
        ? Optional.empty()
        : Optional.of(
            whole
                .withTags(tags(query))
                .withPids(pids)
                .withUids(Set.of())
                .withStates(Set.of())
                .withComms(Set.of())
                .withAnyCgroup());
  }
}
