package kifs.notifier;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;

/**
 * One figure that can be waited for. Immutable; all of them stand in {@link Metrics}.
 *
 * <p>A gauge is read as it is. A rate is the growth of a counter over the condition's window, so
 * that a spike between two samples still counts. An event is told by the kernel.
 */
public final class Metric {
  /** How a value comes about. */
  public enum Nature {
    GAUGE,
    RATE,
    EVENT
  }

  /** What a percentage is of. */
  enum Limit {
    NONE,
    /** A field of the same record. */
    FIELD,
    /** The host's memory. */
    MEMORY
  }

  /** A figure of a record, read at that boot time. */
  @FunctionalInterface
  interface Value {
    double of(Record record, long boottimeNs);
  }

  /**
   * How to get the figure from a record.
   *
   * @param fields mask of the fields that it needs
   * @param value the gauge, or for a rate the counter
   * @param limit what {@code %} is of; null where the metric's limit says it
   */
  record Reading(RecordType type, long fields, Value value, ToDoubleFunction<Record> limit) {

    /** NaN where the record lacks what it takes. */
    double of(Record record, long boottimeNs) {
      return (record.absent() & fields) == 0 ? value.of(record, boottimeNs) : Double.NaN;
    }
  }

  private final String name;
  private final Nature nature;
  private final Unit unit;
  private final String doc;
  private final Limit limit;
  private final Metric summed;
  private final boolean ofThreads;
  private final double perUnit;
  private final Map<EntityKind, Reading> readings;
  private final Set<EntityKind> kinds;

  private Metric(Builder builder, Limit limit) {
    this.name = builder.name;
    this.nature = builder.nature;
    this.unit = builder.unit;
    this.doc = builder.doc;
    this.limit = limit;
    // Each entity has a limit of its own: the sum of them is nobody's.
    this.summed = limit == Limit.FIELD ? new Metric(builder, Limit.NONE) : this;
    this.ofThreads = builder.ofThreads;
    this.perUnit = builder.perUnit;
    this.readings = Map.copyOf(builder.readings);
    this.kinds = Set.copyOf(builder.kinds);
  }

  /** As in a pathname. */
  public String name() {
    return name;
  }

  public Nature nature() {
    return nature;
  }

  public Unit unit() {
    return unit;
  }

  public String doc() {
    return doc;
  }

  /**
   * The kinds of entity that have it, which thereby also have it for each and, if sums, for all.
   */
  public Set<EntityKind> kinds() {
    return kinds;
  }

  /** Whether thresholds may be given as {@code %} of a limit. */
  public boolean hasLimit() {
    return limit != Limit.NONE;
  }

  /** Whether it makes sense of all entities of a kind together. */
  public boolean sums() {
    return !ofThreads;
  }

  /** The same of all entities of a kind together. */
  Metric summed() {
    return summed;
  }

  Limit limit() {
    return limit;
  }

  /**
   * A counter's growth a second in the metric's unit. Counters themselves stay whole numbers, so
   * that what runs at exactly 100 % is not found above it.
   */
  double rate(double perSecond) {
    return perSecond / perUnit;
  }

  /** Whether, asked of a process, it is the figure of any of its threads. */
  boolean ofThreads() {
    return ofThreads;
  }

  Reading reading(EntityKind kind) {
    return readings.get(ofThreads && kind == EntityKind.PROCESS ? EntityKind.THREAD : kind);
  }

  @Override
  public String toString() {
    return name;
  }

  static Builder define(String name, Nature nature, Unit unit, String doc) {
    return new Builder(name, nature, unit, doc);
  }

  /** One line of the table in {@link Metrics}. */
  static final class Builder {
    private final String name;
    private final Nature nature;
    private final Unit unit;
    private final String doc;
    private final Map<EntityKind, Reading> readings = new EnumMap<>(EntityKind.class);
    private final Set<EntityKind> kinds = EnumSet.noneOf(EntityKind.class);
    private Limit limit = Limit.NONE;
    private boolean ofThreads;
    private double perUnit = 1;

    private Builder(String name, Nature nature, Unit unit, String doc) {
      this.name = name;
      this.nature = nature;
      this.unit = unit;
      this.doc = doc;
    }

    /** The value is one field. */
    Builder of(EntityKind kind, RecordType type, Field field) {
      return of(kind, type, field.bit(), (record, now) -> record.getDouble(field));
    }

    /** The value is made of several fields. */
    Builder of(EntityKind kind, RecordType type, long fields, Value value) {
      readings.put(kind, new Reading(type, fields, value, null));
      kinds.add(kind);
      return this;
    }

    /** Percentages are of that field of the kind's record. */
    Builder limitedBy(EntityKind kind, Field field) {
      Reading r = readings.get(kind);
      readings.put(
          kind,
          new Reading(
              r.type(), r.fields() | field.bit(), r.value(), record -> unlimited(record, field)));
      limit = Limit.FIELD;
      return this;
    }

    /** The counter grows by that much a second at a rate of 1. */
    Builder countedIn(double growth) {
      perUnit = growth;
      return this;
    }

    /** Percentages are of the host's memory. */
    Builder limitedByMemory() {
      limit = Limit.MEMORY;
      return this;
    }

    /** The kernel tells it; there is nothing to read. */
    Builder pushed(EntityKind kind) {
      kinds.add(kind);
      return this;
    }

    /** Asked of a process, it means any of its threads. */
    Builder ofAnyThread() {
      ofThreads = true;
      kinds.add(EntityKind.PROCESS);
      return this;
    }

    Metric build() {
      return new Metric(this, limit);
    }

    private static double unlimited(Record record, Field field) {
      long limit = record.get(field);
      // RLIM_INFINITY is all ones, in as many bytes as the field has.
      long none = -1L >>> (Long.SIZE - Byte.SIZE * field.type().bytes());
      return limit == none ? Double.POSITIVE_INFINITY : limit;
    }
  }
}
