package kifs.notifier.sampling;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.query.Bound;
import kifs.kernel.query.Change;
import kifs.kernel.query.Query;
import kifs.kernel.query.Selection;
import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.Records;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.KernelSource;
import kifs.notifier.entity.Identity;
import kifs.notifier.entity.Scope;
import kifs.notifier.metric.Metric;
import kifs.notifier.metric.Reading;
import org.jspecify.annotations.Nullable;

/**
 * What one turn has read from the kernel: one pass for all host-wide plans of one selection, and
 * one read for each other plan. Not thread-safe. The thread that runs the turns reads it without
 * holding the notifier's lock, because a pass can take long.
 */
public final class Findings implements AutoCloseable {
  private static final Bounds.Filter NOTHING = Bounds.Filter.NOTHING;

  private final KernelSource source;
  private final ChunkPool pool;
  private final List<SamplePlan> plans;

  /** What a pass over all processes is to have besides, so that it can be shared; null: nothing. */
  private final @Nullable Query also;

  private final Map<SamplePlan, Record> singles = new HashMap<>();
  private final Map<SamplePlan, BulkBuilder> recordsByPlan = new HashMap<>();
  private final Map<SamplePlan, Bounds.Filter> filters = new HashMap<>();
  private final Set<SamplePlan> vanished = new HashSet<>();

  /** Only the fields that percentages of the host's limits need. */
  private final Record host = Record.allocate(SystemRecord.TYPE);

  private final long nowNs;

  /** One pass for each selection, because the source decides whom a pass is about. */
  private final Map<Selection, BulkBuilder> passes = new HashMap<>();

  /**
   * The ids of the selected processes, for plans whose pass is about all processes although their
   * conditions are not.
   */
  private final Map<SamplePlan, Set<Long>> selected = new HashMap<>();

  private Findings(
      KernelSource source, ChunkPool pool, List<SamplePlan> plans, @Nullable Query also) {
    this.source = source;
    this.pool = pool;
    this.plans = plans;
    this.also = also;
    this.nowNs = source.clock().boottimeNs();
  }

  /**
   * Reads what the plans need.
   *
   * @param also what a pass over all processes, if there is one, is to have besides, unfiltered;
   *     null: nothing
   * @return the findings, which the caller must close
   */
  static Findings read(
      KernelSource source, ChunkPool pool, List<SamplePlan> plans, @Nullable Query also) {
    Findings findings = new Findings(source, pool, plans, also);
    try {
      findings.collect();
    } catch (RuntimeException e) {
      findings.close();
      throw e;
    }
    return findings;
  }

  private void collect() {
    collectHost();
    collectPasses(plans.stream().filter(Findings::needsPass).toList());
    for (SamplePlan plan : plans) {
      if (!plan.watched().isHostWide() && !readOne(plan)) {
        vanished.add(plan);
      }
    }
  }

  List<SamplePlan> plans() {
    return plans;
  }

  /** Boot time at which reading began. */
  public long nowNs() {
    return nowNs;
  }

  /**
   * The pass that has what was asked for besides; empty: no pass was about all processes. The
   * findings own the records.
   */
  public Optional<BulkBuilder> shared() {
    return also == null ? Optional.empty() : Optional.ofNullable(passes.get(Selection.ALL));
  }

  /** Whether the entity that the plan is about, or lies within, has vanished. */
  boolean hasVanished(SamplePlan plan) {
    return vanished.contains(plan);
  }

  /** Whether the pass may have omitted entities of this plan. */
  boolean isFiltered(SamplePlan plan) {
    return filters.getOrDefault(plan, NOTHING).omitsAny();
  }

  /** The record of a sample of one entity; null if the plan samples several. */
  @Nullable Record single(SamplePlan plan) {
    return singles.get(plan);
  }

  /** The records of a sample of several entities. The findings own them. */
  BulkBuilder records(SamplePlan plan) {
    return requireNonNull(
        plan.watched().isHostWide() ? passes.get(passOf(plan)) : recordsByPlan.get(plan));
  }

  /** Whether the conditions of a plan are about that process, which is in the plan's records. */
  boolean concerns(SamplePlan plan, long pid) {
    Set<Long> ids = selected.get(plan);
    return ids == null || ids.contains(pid);
  }

  /**
   * The host's limit that percentages are of, in the unit of the gauge; NaN if the kernel does not
   * provide it.
   */
  double limit(Metric.Limit limit) {
    return switch (limit) {
      case MEMORY -> limit(SystemRecord.MEMORY_TOTAL);
      case SWAP -> limit(SystemRecord.SWAP_TOTAL);
      case OWN, NONE -> Double.NaN;
    };
  }

  private double limit(Field field) {
    return host.has(field) ? host.get(field) : Double.NaN;
  }

  private void collectHost() {
    long fields = 0;
    fields |= isNeeded(Metric.Limit.MEMORY) ? SystemRecord.MEMORY_TOTAL.bit() : 0;
    fields |= isNeeded(Metric.Limit.SWAP) ? SystemRecord.SWAP_TOTAL.bit() : 0;
    if (fields != 0) {
      source.readSystem(fields, host);
    }
  }

  private boolean isNeeded(Metric.Limit limit) {
    return plans.stream().anyMatch(plan -> plan.needs(limit));
  }

  /** Whether the plan needs a pass. A plan that measures nothing does not. */
  private static boolean needsPass(SamplePlan plan) {
    return plan.watched().isHostWide() && !plan.due().isEmpty();
  }

  private void collectPasses(List<SamplePlan> hostWide) {
    for (SamplePlan plan : hostWide) {
      Bounds bounds = plan.bounds();
      filters.put(plan, bounds == null ? NOTHING : bounds.filter(this::limit, nowNs));
    }
    hostWide.stream().collect(Collectors.groupingBy(Findings::passOf)).forEach(this::collectPass);
    hostWide.stream()
        .filter(plan -> !passOf(plan).equals(plan.watched().selection()))
        .forEach(plan -> selected.put(plan, idsOf(plan.watched().selection())));
  }

  /**
   * Whom the pass for a plan is about: those that its conditions are about. A figure that counts
   * the records which name an entity needs all records.
   */
  private static Selection passOf(SamplePlan plan) {
    boolean countsAll =
        plan.due().stream().anyMatch(each -> each.reading().shape() == Reading.Shape.TALLY);
    return countsAll ? Selection.ALL : plan.watched().selection();
  }

  private void collectPass(Selection about, List<SamplePlan> of) {
    Query query = query(of);
    if (also != null && about.isAll()) {
      query = joined(query, also);
    }
    BulkBuilder records = new BulkBuilder(pool, query.tags().stream().map(Records::byTag).toList());
    passes.put(about, records);
    source.collect(about.restrict(query), records, Cancellation.NEVER);
  }

  /** The query for both, in which no record of the second one may be omitted. */
  private static Query joined(Query query, Query other) {
    Set<Integer> tags = new TreeSet<>(query.tags());
    tags.addAll(other.tags());
    Query joined =
        query
            .withTags(tags)
            .withBounds(
                query.bounds().stream()
                    .filter(bound -> !other.wants(bound.type()))
                    .collect(Collectors.toSet()))
            .withChanges(
                query.changes().stream()
                    .map(change -> other.wants(change.type()) ? change.includingAll() : change)
                    .collect(Collectors.toSet()));
    for (int tag : other.tags()) {
      RecordType type = requireNonNull(Records.byTag(tag));
      joined = joined.withFields(type, query.fields(type, 0) | other.fields(type, 0));
    }
    return joined;
  }

  private Set<Long> idsOf(Selection selection) {
    Set<Long> ids = new HashSet<>();
    Query query =
        selection.restrict(
            Query.of(ProcessRecord.TYPE).withFields(ProcessRecord.TYPE, ProcessRecord.PID));
    try (BulkBuilder processes = new BulkBuilder(pool, List.of(ProcessRecord.TYPE))) {
      source.collect(query, processes, Cancellation.NEVER);
      processes.forEach(ProcessRecord.TYPE, process -> ids.add(process.get(ProcessRecord.PID)));
    }
    return ids;
  }

  /**
   * The query for all host-wide plans of one selection together. A filter applies to a record type
   * only if every plan for that type has one.
   */
  private Query query(List<SamplePlan> hostWide) {
    Set<Integer> tags = new TreeSet<>();
    Map<RecordType, Long> fields = new HashMap<>();
    for (SamplePlan plan : hostWide) {
      tags.add(plan.type().tag());
      fields.merge(plan.type(), plan.fields() | Identity.of(plan.type()).fields(), Findings::union);
    }
    Set<RecordType> unfiltered =
        hostWide.stream()
            .filter(l -> !isFiltered(l))
            .map(SamplePlan::type)
            .collect(Collectors.toSet());
    Set<Bound> bounds = new HashSet<>();
    Map<RecordType, Change> changes = new HashMap<>();
    for (SamplePlan plan : hostWide) {
      Bounds.Filter filter = filters.getOrDefault(plan, NOTHING);
      boolean isUnfiltered = unfiltered.contains(plan.type());
      bounds.addAll(isUnfiltered ? Set.of() : filter.bounds());
      Change change = filter.change();
      if (change != null) {
        // At most one watched scope of a type has a change filter: the one of each
        // process.
        changes.put(plan.type(), isUnfiltered ? change.includingAll() : change);
      }
    }
    // A filter needs the fields of all conditions, also of those that aren't due: an
    // entity that changes now must be seen as it was when they are due.
    bounds.forEach(b -> fields.merge(b.type(), b.fields(), Findings::union));
    changes.values().forEach(c -> fields.merge(c.type(), c.fields(), Findings::union));
    Query query =
        Query.of().withTags(tags).withBounds(bounds).withChanges(Set.copyOf(changes.values()));
    for (Map.Entry<RecordType, Long> each : fields.entrySet()) {
      query = query.withFields(each.getKey(), each.getValue());
    }
    return query;
  }

  private static long union(long fields, long others) {
    return fields | others;
  }

  /**
   * Reads what a plan for one process or one entity measures.
   *
   * @return false if the entity has vanished
   */
  private boolean readOne(SamplePlan plan) {
    Scope scope = plan.watched().scope();
    if (plan.due().isEmpty()) {
      return scope.exists();
    }
    RecordType type = plan.type();
    if (scope.range() == Scope.Range.ONE && type == scope.kind().type()) {
      Record record = Record.allocate(type);
      singles.put(plan, record);
      return scope.read(source, plan.fields(), record);
    }
    BulkBuilder records = new BulkBuilder(pool, List.of(type));
    recordsByPlan.put(plan, records);
    Query query = Query.of(type).withFields(type, plan.fields() | Identity.of(type).fields());
    return source.collect(scope.process().orElseThrow(), query, records, Cancellation.NEVER);
  }

  @Override
  public void close() {
    recordsByPlan.values().forEach(BulkBuilder::close);
    passes.values().forEach(BulkBuilder::close);
  }
}
