package kifs.notifier.metric;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.source.KernelEvents.ProcessEvent;
import kifs.notifier.entity.EntityKind;

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
  public enum Limit {
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
  private final boolean summable;
  private final boolean ofThreads;
  private final boolean signed;
  private final boolean growsWithTime;
  private final double divisor;
  private final ProcessEvent.Kind event;
  private final Map<EntityKind, Reading> readings;
  private final Set<EntityKind> kinds;

  /**
   * @param summed the metric of all entities together; null: this one
   */
  private Metric(Builder builder, Map<EntityKind, Reading> readings, Limit limit, Metric summed) {
    this.name = builder.name;
    this.nature = builder.nature;
    this.unit = builder.unit;
    this.doc = builder.doc;
    this.limit = limit;
    this.summed = summed == null ? this : summed;
    this.summable = builder.summable;
    this.ofThreads = builder.ofThreads;
    this.signed = builder.signed;
    this.growsWithTime = builder.growsWithTime;
    this.divisor = builder.divisor;
    this.event = builder.event;
    this.readings = readings;
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
    return summable;
  }

  /** Whether the kernel tells by itself, where it can, and no tick is waited for. */
  public boolean isPushed() {
    return event != null || readings.values().stream().anyMatch(r -> r.push().isPresent());
  }

  /** Whether there are values below 0. */
  public boolean isSigned() {
    return signed;
  }

  /** Whether a value grows by a second a second at most, so that it is known when it can cross. */
  public boolean growsWithTime() {
    return growsWithTime;
  }

  /** What an event is told by; null: this is none. */
  public ProcessEvent.Kind event() {
    return event;
  }

  /** The same of all entities of a kind together. */
  Metric summed() {
    return summed;
  }

  public Limit limit() {
    return limit;
  }

  /**
   * A counter's growth a second in the metric's unit. Counters themselves stay whole numbers, so
   * that what runs at exactly 100 % is not found above it.
   */
  public double rate(double perSecond) {
    return perSecond / divisor;
  }

  /** Whether, asked of a process, it is the figure of any of its threads. */
  boolean ofThreads() {
    return ofThreads;
  }

  /** Null if there is nothing to read: an event that only the kernel tells. */
  public Reading reading(EntityKind kind) {
    return readings.get(ofThreads && kind == EntityKind.PROCESS ? EntityKind.THREAD : kind);
  }

  @Override
  public String toString() {
    return name;
  }

  static Builder define(String name, Nature nature, Unit unit, String doc) {
    return new Builder(name, nature, unit, doc);
  }

  /** One line of the table in {@link Metrics}. Its methods may be called in any order. */
  static final class Builder {
    private final String name;
    private final Nature nature;
    private final Unit unit;
    private final String doc;
    private final Map<EntityKind, Reading.Builder> readings = new EnumMap<>(EntityKind.class);
    private final List<Runnable> adjustments = new ArrayList<>();
    private final Set<EntityKind> kinds = EnumSet.noneOf(EntityKind.class);
    private Limit limit = Limit.NONE;
    private boolean summable = true;
    private boolean ofThreads;
    private boolean signed;
    private boolean growsWithTime;
    private double divisor = 1;
    private ProcessEvent.Kind event;

    private Builder(String name, Nature nature, Unit unit, String doc) {
      this.name = name;
      this.nature = nature;
      this.unit = unit;
      this.doc = doc;
    }

    /**
     * Sets how much of a field's value is one of the metric's unit. Gauges are divided by it when
     * they are read, and rates when they are measured.
     */
    Builder scaledBy(double fieldsPerUnit) {
      divisor = fieldsPerUnit;
      return this;
    }

    /** The value is one field of the kind's own record. */
    Builder readFrom(EntityKind kind, Field field) {
      return readFrom(
          kind, kind.type(), field.bit(), fieldsPerUnit -> new Reading.Plain(field, fieldsPerUnit));
    }

    /** The value is of another record, and scaled already. */
    Builder readFrom(EntityKind kind, RecordType type, Reading.Plain value) {
      return readFrom(kind, type, value.mask(), fieldsPerUnit -> value);
    }

    /** The value is a field of threads; a process's is that of its threads added up. */
    Builder readFromThreads(Field field) {
      readFrom(EntityKind.THREAD, field);
      readFrom(
          EntityKind.PROCESS,
          EntityKind.THREAD.type(),
          field.bit(),
          fieldsPerUnit -> new Reading.Plain(field, fieldsPerUnit));
      return adjust(EntityKind.PROCESS, reading -> reading.shape(Reading.Shape.THREADS));
    }

    /**
     * The value is made of several fields of the kind's own record, and scaled like one of them.
     *
     * @param fields mask of those that it needs
     */
    Builder computedFrom(EntityKind kind, long fields, ToDoubleFunction<Record> value) {
      return readFrom(
          kind,
          kind.type(),
          fields,
          fieldsPerUnit -> (record, now) -> value.applyAsDouble(record) / fieldsPerUnit);
    }

    /**
     * The value depends on the kind's own record and on the time. It isn't scaled.
     *
     * @param fields mask of those that it needs
     */
    Builder computedWithTime(EntityKind kind, long fields, Reading.Value value) {
      return readFrom(kind, kind.type(), fields, fieldsPerUnit -> value);
    }

    /** The value is added up over all records of a type on the host. It isn't scaled. */
    Builder addedUp(EntityKind kind, RecordType type, long fields, Reading.Value value) {
      readFrom(kind, type, fields, fieldsPerUnit -> value);
      return adjust(kind, reading -> reading.shape(Reading.Shape.ALL));
    }

    private Builder readFrom(
        EntityKind kind, RecordType type, long fields, DoubleFunction<Reading.Value> value) {
      kinds.add(kind);
      readings.put(kind, new Reading.Builder(type, fields, value));
      return this;
    }

    /** Changes how a kind is read. */
    Builder adjust(EntityKind kind, Consumer<Reading.Builder> change) {
      adjustments.add(() -> change.accept(readings.get(kind)));
      return this;
    }

    /** Percentages are of that field of the kind's record. */
    Builder limitedBy(EntityKind kind, Field field, double unitsEach) {
      limit = Limit.OWN;
      return adjust(kind, reading -> reading.ownLimit(field, unitsEach));
    }

    /** Percentages are of something that the host has. */
    Builder limitedBy(Limit hosts) {
      limit = hosts;
      return this;
    }

    /** The kernel reports it of processes, and so of the kinds that have them. */
    Builder fromEvent(ProcessEvent.Kind by, EntityKind... of) {
      event = by;
      kinds.addAll(Set.of(of));
      return this;
    }

    /** It is found by a look at all entities of that kind together. */
    Builder computedOver(EntityKind kind) {
      kinds.add(kind);
      return notSummable();
    }

    /** Asked of a process, it means any of its threads. */
    Builder ofAnyThread() {
      ofThreads = true;
      kinds.add(EntityKind.PROCESS);
      return notSummable();
    }

    /** Added up over entities it means nothing. */
    Builder notSummable() {
      summable = false;
      return this;
    }

    /** There are values below 0. */
    Builder signed() {
      signed = true;
      return this;
    }

    /** A value grows by a second a second at most. */
    public Builder growsWithTime() {
      growsWithTime = true;
      return notSummable();
    }

    Metric build() {
      adjustments.forEach(Runnable::run);
      double fieldsPerUnit = nature == Nature.GAUGE ? divisor : 1;
      Map<EntityKind, Reading> built = new EnumMap<>(EntityKind.class);
      readings.forEach((kind, reading) -> built.put(kind, reading.build(fieldsPerUnit)));
      Map<EntityKind, Reading> all = Map.copyOf(built);
      // Each entity has a limit of its own: the sum of them is nobody's.
      Metric summed = limit == Limit.OWN ? new Metric(this, all, Limit.NONE, null) : null;
      return new Metric(this, all, limit, summed);
    }
  }
}
