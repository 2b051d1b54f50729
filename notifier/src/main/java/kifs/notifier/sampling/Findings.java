package kifs.notifier.sampling;

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

/**
 * What was read of the kernel for one turn: one pass for all looks at the whole host, one read for
 * each other. Made without the notifier's lock.
 */
public final class Findings implements AutoCloseable {
  private static final Bounds.Omitted NOBODY = Bounds.Omitted.NOBODY;

  private final KernelSource source;
  private final ChunkPool pool;
  private final List<Look> looks;
  private final Map<Look, Record> singles = new HashMap<>();
  private final Map<Look, BulkBuilder> runs = new HashMap<>();
  private final Map<Look, Bounds.Omitted> omitted = new HashMap<>();
  private final Set<Look> gone = new HashSet<>();
  private final Record host = Record.allocate(SystemRecord.TYPE);
  private final long nowNs;
  private BulkBuilder pass;

  private Findings(KernelSource source, ChunkPool pool, List<Look> looks) {
    this.source = source;
    this.pool = pool;
    this.looks = looks;
    this.nowNs = source.clock().boottimeNs();
  }

  /** Reads what all these looks need. The caller closes it. */
  static Findings read(KernelSource source, ChunkPool pool, List<Look> looks) {
    Findings collected = new Findings(source, pool, looks);
    try {
      collected.collect();
    } catch (RuntimeException e) {
      collected.close();
      throw e;
    }
    return collected;
  }

  private void collect() {
    collectHost();
    collectPass(looks.stream().filter(Findings::readsHost).toList());
    for (Look look : looks) {
      if (!look.target().isWide() && !collectOne(look)) {
        gone.add(look);
      }
    }
  }

  List<Look> looks() {
    return looks;
  }

  /** Boot time at which the reading began. */
  long nowNs() {
    return nowNs;
  }

  boolean isGone(Look look) {
    return gone.contains(look);
  }

  /** Whether not everybody may have been found. */
  boolean isBounded(Look look) {
    return omitted.getOrDefault(look, NOBODY).isSomebody();
  }

  /** The record of a look at one entity; null if the look is at many. */
  Record single(Look look) {
    return singles.get(look);
  }

  /** The records of a look at many. */
  BulkBuilder run(Look look) {
    return look.target().isWide() ? pass : runs.get(look);
  }

  /** What percentages of the host's are of; NaN: not to be had. */
  double limit(Metric.Limit of) {
    return switch (of) {
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

  /** A look that measures nothing finds nothing in a pass. */
  private static boolean readsHost(Look look) {
    return look.target().isWide() && !look.due().isEmpty();
  }

  private void collectPass(List<Look> wide) {
    if (wide.isEmpty()) {
      return;
    }
    for (Look look : wide) {
      Bounds bounds = look.bounds();
      omitted.put(look, bounds == null ? NOBODY : bounds.omitted(this::limit, nowNs));
    }
    pass = new BulkBuilder(pool, wide.stream().map(Look::type).distinct().toList());
    source.collect(query(wide), pass, Cancellation.NEVER);
  }

  /**
   * All that the source is asked for by looks at the whole host. Records that nobody is to be told
   * of may stay in the kernel, if that is so for all looks that read them.
   */
  private Query query(List<Look> wide) {
    Set<Integer> tags = new TreeSet<>();
    Map<RecordType, Long> fields = new HashMap<>();
    for (Look look : wide) {
      tags.add(look.type().tag());
      fields.merge(
          look.type(), look.fields() | Identity.of(look.type()).fields(), Findings::either);
    }
    Set<RecordType> whole =
        wide.stream().filter(l -> !isBounded(l)).map(Look::type).collect(Collectors.toSet());
    Set<Bound> bounds = new HashSet<>();
    Map<RecordType, Change> changes = new HashMap<>();
    for (Look look : wide) {
      Bounds.Omitted each = omitted.get(look);
      boolean all = whole.contains(look.type());
      bounds.addAll(all ? Set.of() : each.bounds());
      if (each.change() != null) {
        // Of each type there is one target that has one: each process.
        changes.put(look.type(), all ? each.change().ofAll() : each.change());
      }
    }
    // Also of conditions that aren't due: who is told of them later must be known as it is now.
    bounds.forEach(b -> fields.merge(b.type(), b.fields(), Findings::either));
    changes.values().forEach(c -> fields.merge(c.type(), c.fields(), Findings::either));
    Query query =
        Query.of().withTags(tags).withBounds(bounds).withChanges(Set.copyOf(changes.values()));
    for (Map.Entry<RecordType, Long> each : fields.entrySet()) {
      query = query.withFields(each.getKey(), each.getValue());
    }
    return query;
  }

  private static long either(long fields, long others) {
    return fields | others;
  }

  /**
   * Reads what a look within one entity measures.
   *
   * @return whether the entity is still there
   */
  private boolean collectOne(Look look) {
    Scope scope = look.target().scope();
    RecordType type = look.type();
    if (look.due().isEmpty()) {
      return scope.isThere();
    }
    if (scope.range() == Scope.Range.ONE && type == scope.kind().type()) {
      Record only = Record.allocate(type);
      singles.put(look, only);
      return scope.read(source, look.fields(), only);
    }
    BulkBuilder many = new BulkBuilder(pool, List.of(type));
    runs.put(look, many);
    Query query = Query.of(type).withFields(type, look.fields() | Identity.of(type).fields());
    return scope.process().orElseThrow().collect(query, many, Cancellation.NEVER);
  }

  @Override
  public void close() {
    runs.values().forEach(BulkBuilder::close);
    if (pass != null) {
      pass.close();
    }
  }
}
