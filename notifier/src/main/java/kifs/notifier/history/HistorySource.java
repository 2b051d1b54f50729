package kifs.notifier.history;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.record.BaselineRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.RecordType;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.ForwardingSource;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;
import kifs.notifier.entity.EntityKind;

/**
 * A kernel with the records that its history adds. Everything else is the kernel's own; its refs
 * are too, so they can be given back to it.
 */
final class HistorySource extends ForwardingSource {
  private static final List<EntityKind> KINDS = List.of(EntityKind.PROCESS, EntityKind.THREAD);

  /** The tags of the records that the history adds. */
  private static final Set<Integer> TAGS =
      KINDS.stream()
          .map(kind -> Baselines.typeOf(kind).type().tag())
          .collect(Collectors.toUnmodifiableSet());

  private final History history;

  /**
   * @param kernel the kernel itself
   */
  HistorySource(KernelSource kernel, History history) {
    super(kernel);
    this.history = history;
  }

  @Override
  public long fields(RecordType type, Detail detail) {
    return BaselineRecord.isBaseline(type) ? type.allFields() : super.fields(type, detail);
  }

  @Override
  public void collect(Query query, BulkBuilder into, Cancellation cancellation) {
    Query own = ofKernel(query);
    if (!own.tags().isEmpty()) {
      super.collect(own, into, cancellation);
    }
    if (own.tags().size() < query.tags().size()) {
      IntPredicate admits = admitted(query, into, cancellation);
      for (EntityKind kind : KINDS) {
        if (query.wants(Baselines.typeOf(kind).type())) {
          history.collect(kind, query, admits, into);
        }
      }
    }
  }

  /** The part of a query that the kernel answers. Most queries ask for nothing else. */
  private static Query ofKernel(Query query) {
    Set<Integer> tags = new HashSet<>(query.tags());
    return tags.removeAll(TAGS) ? query.withTags(tags) : query;
  }

  /**
   * The processes that pass the filters of a query. The kernel decides, because it has the facts.
   */
  private IntPredicate admitted(Query query, BulkBuilder into, Cancellation cancellation) {
    if (!query.isFiltered()) {
      return pid -> true;
    }
    Set<Integer> pids = new HashSet<>();
    Query ids =
        query
            .withTags(Set.of(ProcessRecord.TYPE.tag()))
            .withFields(ProcessRecord.TYPE, ProcessRecord.PID)
            .withBounds(Set.of())
            .withChanges(Set.of());
    try (BulkBuilder processes = into.emptyCopy(List.of(ProcessRecord.TYPE))) {
      super.collect(ids, processes, cancellation);
      processes.forEach(
          ProcessRecord.TYPE, process -> pids.add((int) process.get(ProcessRecord.PID)));
    }
    return pids::contains;
  }

  @Override
  public boolean collect(
      ProcessRef process, Query query, BulkBuilder into, Cancellation cancellation) {
    Query own = ofKernel(query);
    boolean isThere =
        own.tags().isEmpty() ? process.isAlive() : super.collect(process, own, into, cancellation);
    for (EntityKind kind : KINDS) {
      if (isThere && query.wants(Baselines.typeOf(kind).type())) {
        history.collect(kind, process.pid(), query, into);
      }
    }
    return isThere;
  }
}
