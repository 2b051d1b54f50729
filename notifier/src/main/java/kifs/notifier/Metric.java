package kifs.notifier;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.source.KernelEvents.ProcessEvent;

/**
 * One figure that can be waited for. Immutable; all of them stand in {@link Metrics}.
 *
 * <p>A gauge is read as it is. A rate is the growth of a counter over the condition's window, so
 * that a spike between two samples still counts. A state is a letter. An event happens.
 */
public final class Metric {
  /** How a value comes about. */
  public enum Nature {
    GAUGE,
    RATE,
    STATE,
    EVENT
  }

  /** What a percentage is of. */
  enum Limit {
    NONE,
    /** The entity's own. */
    OWN,
    /** The host's memory. */
    MEMORY,
    /** The host's swap. */
    SWAP
  }

  private final String name;
  private final Nature nature;
  private final Unit unit;
  private final String doc;
  private final Limit limit;
  private final Metric summed;
  private final boolean alone;
  private final boolean ofThreads;
  private final boolean signed;
  private final boolean ages;
  private final double perUnit;
  private final ProcessEvent.Kind event;
  private final Map<EntityKind, Reading> readings;
  private final Set<EntityKind> kinds;

  private Metric(Builder builder, Limit limit) {
    this.name = builder.name;
    this.nature = builder.nature;
    this.unit = builder.unit;
    this.doc = builder.doc;
    this.limit = limit;
    // Each entity has a limit of its own: the sum of them is nobody's.
    this.summed = limit == Limit.OWN ? new Metric(builder, Limit.NONE) : this;
    this.alone = builder.alone;
    this.ofThreads = builder.ofThreads;
    this.signed = builder.signed;
    this.ages = builder.ages;
    this.perUnit = builder.perUnit;
    this.event = builder.event;
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
    return !alone;
  }

  /** Whether the kernel tells by itself, where it can, and no tick is waited for. */
  public boolean isPushed() {
    return event != null || readings.values().stream().anyMatch(r -> r.push() != null);
  }

  /** Whether there are values below 0. */
  boolean isSigned() {
    return signed;
  }

  /** Whether a value grows by a second a second at most, so that it is known when it can cross. */
  boolean ages() {
    return ages;
  }

  /** What an event is told by; null: this is none. */
  ProcessEvent.Kind event() {
    return event;
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

  /** Null if there is nothing to read: an event that only the kernel tells. */
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
    private boolean alone;
    private boolean ofThreads;
    private boolean signed;
    private boolean ages;
    private double perUnit = 1;
    private ProcessEvent.Kind event;

    private Builder(String name, Nature nature, Unit unit, String doc) {
      this.name = name;
      this.nature = nature;
      this.unit = unit;
      this.doc = doc;
    }

    /** A field's value is so many of the metric's unit; for a rate, a second. Comes first. */
    Builder in(double growth) {
      perUnit = growth;
      return this;
    }

    /** The value is one field of the kind's own record. */
    Builder of(EntityKind kind, Field field) {
      return of(kind, kind.type(), new Reading.Plain(field, scale()));
    }

    Builder of(EntityKind kind, RecordType type, Reading.Plain value) {
      return of(kind, type, value.mask(), value);
    }

    /** The value is made of several fields of the kind's own record. */
    Builder of(EntityKind kind, long fields, java.util.function.ToDoubleFunction<Record> value) {
      double scale = scale();
      return of(kind, kind.type(), fields, (r, now) -> value.applyAsDouble(r) / scale);
    }

    private double scale() {
      return nature == Nature.GAUGE ? perUnit : 1;
    }

    Builder of(EntityKind kind, RecordType type, long fields, Reading.Value value) {
      readings.put(kind, Reading.of(type, fields, value));
      kinds.add(kind);
      return this;
    }

    /** The threads' figures added up are also their process's. */
    Builder ofProcessByThreads() {
      readings.put(
          EntityKind.PROCESS, readings.get(EntityKind.THREAD).shaped(Reading.Shape.THREADS));
      kinds.add(EntityKind.PROCESS);
      return this;
    }

    /** Changes the reading of a kind. */
    Builder with(EntityKind kind, UnaryOperator<Reading> change) {
      readings.computeIfPresent(kind, (k, reading) -> change.apply(reading));
      return this;
    }

    /** Percentages are of that field of the kind's record. */
    Builder limitedBy(EntityKind kind, Field field, double unitsEach) {
      limit = Limit.OWN;
      return with(kind, reading -> reading.withLimit(field, unitsEach));
    }

    /** Percentages are of something that the host has. */
    Builder limitedBy(Limit hosts) {
      limit = hosts;
      return this;
    }

    /** The kernel tells it of processes, and so of the kinds that have them. */
    Builder told(ProcessEvent.Kind by, EntityKind... of) {
      event = by;
      kinds.addAll(Set.of(of));
      return this;
    }

    /** It is found by a look at all entities of that kind together. */
    Builder found(EntityKind kind) {
      kinds.add(kind);
      return alone();
    }

    /** Asked of a process, it means any of its threads. */
    Builder ofAnyThread() {
      ofThreads = true;
      kinds.add(EntityKind.PROCESS);
      return alone();
    }

    /** Added up it means nothing. */
    Builder alone() {
      alone = true;
      return this;
    }

    Builder signed() {
      signed = true;
      return this;
    }

    Builder aging() {
      ages = true;
      return alone();
    }

    Metric build() {
      return new Metric(this, limit);
    }
  }
}
