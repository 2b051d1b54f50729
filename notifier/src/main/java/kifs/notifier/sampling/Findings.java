package kifs.notifier.sampling;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.query.Bound;
import kifs.kernel.query.Change;
import kifs.kernel.query.Query;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.KernelSource;
import kifs.notifier.entity.Identity;
import kifs.notifier.entity.Scope;
import kifs.notifier.metric.Metric;
import org.jspecify.annotations.Nullable;

/**
 * What one turn has read from the kernel: one pass for all host-wide looks, and one read for each
 * other look. Not thread-safe. The thread that runs the turns reads it without holding the
 * notifier's lock, because a pass can take long.
 */
public final class Findings implements AutoCloseable {
  private static final Bounds.Filter NOTHING = Bounds.Filter.NOTHING;

  private final KernelSource source;
  private final ChunkPool pool;
  private final List<Look> looks;
  private final Map<Look, Record> singles = new HashMap<>();
  private final Map<Look, BulkBuilder> recordsByLook = new HashMap<>();
  private final Map<Look, Bounds.Filter> filters = new HashMap<>();
  private final Set<Look> vanished = new HashSet<>();

  /** Only the fields that percentages of the host's limits need. */
  private final Record host = Record.allocate(SystemRecord.TYPE);

  private final long nowNs;

  /** Null if no look is host-wide. */
  private @Nullable BulkBuilder pass;

  private Findings(KernelSource source, ChunkPool pool, List<Look> looks) {
    this.source = source;
    this.pool = pool;
    this.looks = looks;
    this.nowNs = source.clock().boottimeNs();
  }

  /**
   * Reads what the looks need.
   *
   * @return the findings, which the caller must close
   */
  static Findings read(KernelSource source, ChunkPool pool, List<Look> looks) {
    Findings findings = new Findings(source, pool, looks);
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
    collectPass(looks.stream().filter(Findings::needsPass).toList());
    for (Look look : looks) {
      if (!look.watched().isHostWide() && !readOne(look)) {
        vanished.add(look);
      }
    }
  }

  List<Look> looks() {
    return looks;
  }

  /** Boot time at which reading began. */
  long nowNs() {
    return nowNs;
  }

  /** Whether the entity that the look is about, or lies within, has vanished. */
  boolean hasVanished(Look look) {
    return vanished.contains(look);
  }

  /** Whether the pass may have omitted entities of this look. */
  boolean isFiltered(Look look) {
    return filters.getOrDefault(look, NOTHING).omitsAny();
  }

  /** The record of a look at one entity; null if the look is about several. */
  @Nullable Record single(Look look) {
    return singles.get(look);
  }

  /** The records of a look at several entities. The findings own them. */
  BulkBuilder records(Look look) {
    return requireNonNull(look.watched().isHostWide() ? pass : recordsByLook.get(look));
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
    return looks.stream().anyMatch(look -> look.needs(limit));
  }

  /** Whether the look needs a pass. A look that measures nothing does not. */
  private static boolean needsPass(Look look) {
    return look.watched().isHostWide() && !look.due().isEmpty();
  }

  private void collectPass(List<Look> hostWide) {
    if (hostWide.isEmpty()) {
      return;
    }
    for (Look look : hostWide) {
      Bounds bounds = look.bounds();
      filters.put(look, bounds == null ? NOTHING : bounds.filter(this::limit, nowNs));
    }
    BulkBuilder records =
        new BulkBuilder(pool, hostWide.stream().map(Look::type).distinct().toList());
    pass = records;
    source.collect(query(hostWide), records, Cancellation.NEVER);
  }

  /**
   * The query for all host-wide looks together. A filter applies to a record type only if every
   * look at that type has one.
   */
  private Query query(List<Look> hostWide) {
    Set<Integer> tags = new TreeSet<>();
    Map<RecordType, Long> fields = new HashMap<>();
    for (Look look : hostWide) {
      tags.add(look.type().tag());
      fields.merge(look.type(), look.fields() | Identity.of(look.type()).fields(), Findings::union);
    }
    Set<RecordType> unfiltered =
        hostWide.stream().filter(l -> !isFiltered(l)).map(Look::type).collect(Collectors.toSet());
    Set<Bound> bounds = new HashSet<>();
    Map<RecordType, Change> changes = new HashMap<>();
    for (Look look : hostWide) {
      Bounds.Filter filter = filters.getOrDefault(look, NOTHING);
      boolean isUnfiltered = unfiltered.contains(look.type());
      bounds.addAll(isUnfiltered ? Set.of() : filter.bounds());
      Change change = filter.change();
      if (change != null) {
        // At most one watched scope of a type has a change filter: the one of each
        // process.
        changes.put(look.type(), isUnfiltered ? change.includingAll() : change);
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
   * Reads what a look within one process, or at one entity, measures.
   *
   * @return false if the entity has vanished
   */
  private boolean readOne(Look look) {
    Scope scope = look.watched().scope();
    if (look.due().isEmpty()) {
      return scope.exists();
    }
    RecordType type = look.type();
    if (scope.range() == Scope.Range.ONE && type == scope.kind().type()) {
      Record record = Record.allocate(type);
      singles.put(look, record);
      return scope.read(source, look.fields(), record);
    }
    BulkBuilder records = new BulkBuilder(pool, List.of(type));
    recordsByLook.put(look, records);
    Query query = Query.of(type).withFields(type, look.fields() | Identity.of(type).fields());
    return scope.process().orElseThrow().collect(query, records, Cancellation.NEVER);
  }

  @Override
  public void close() {
    recordsByLook.values().forEach(BulkBuilder::close);
    if (pass != null) {
      pass.close();
    }
  }
}
