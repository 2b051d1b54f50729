package kifs.notifier.metric;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.DoubleFunction;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import kifs.kernel.record.BaselineRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.Guard;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.WaitKind;
import kifs.kernel.source.KernelEvents.ProcessEvent;
import kifs.notifier.entity.EntityKind;
import org.jspecify.annotations.Nullable;

/**
 * One figure that a condition can be about. {@link Metrics} lists all metrics. Immutable.
 *
 * <p>A gauge is the present value of a field. A rate is the growth of a counter over the
 * condition's window, so a spike between two samples still counts. A state is a letter. An event is
 * something that happens, such as an exit.
 */
public final class Metric {
  /** How a metric gets its value; see {@link Metric}. */
  public enum Nature {
    GAUGE,
    RATE,
    STATE,
    EVENT
  }

  /** The limit that a threshold in percent is a share of. */
  public enum Limit {
    /** The metric has no limit, so its thresholds can't be percentages of one. */
    NONE,
    /** A limit of the entity's own, such as an rlimit. */
    OWN,
    /** The host's memory, in bytes. */
    MEMORY,
    /** The host's swap space, in bytes. */
    SWAP
  }

  private static final double NS_PER_S = 1e9;

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
  private final ProcessEvent.@Nullable Kind event;
  private final Map<EntityKind, Reading> readings;
  private final Set<EntityKind> kinds;

  /**
   * @param summed the metric that a sum scope uses; null: this metric itself
   */
  private Metric(
      Builder builder, Map<EntityKind, Reading> readings, Limit limit, @Nullable Metric summed) {
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

  /** The name that the metric has in pathnames. */
  public String name() {
    return name;
  }

  public Nature nature() {
    return nature;
  }

  public Unit unit() {
    return unit;
  }

  /** The meaning of the figure, as users read it in {@code schema/metrics}. */
  public String doc() {
    return doc;
  }

  /**
   * The kinds of entity that have this metric. Each scopes of these kinds have it too, and sum
   * scopes if {@link #sums}.
   */
  public Set<EntityKind> kinds() {
    return kinds;
  }

  /** Whether a threshold may be a percentage of a limit. */
  public boolean hasLimit() {
    return limit != Limit.NONE;
  }

  /** Whether the sum of the metric over all entities of a kind has a meaning. */
  public boolean sums() {
    return summable;
  }

  /** Whether a kernel source may push this metric, so that a waiter need not wait for a tick. */
  public boolean isPushed() {
    return event != null || readings.values().stream().anyMatch(r -> r.push().isPresent());
  }

  /** Whether the metric can have values below 0. */
  public boolean isSigned() {
    return signed;
  }

  /**
   * Whether the value grows by at most one second per second. If so, a sample shows how long the
   * value can't reach a threshold.
   */
  public boolean growsWithTime() {
    return growsWithTime;
  }

  /** The kernel event that this metric is about; null: the metric isn't a kernel event. */
  public ProcessEvent.@Nullable Kind event() {
    return event;
  }

  /**
   * Who may know the metric of an entity of that kind: by the fields from which it is computed, or
   * by the source of the event.
   */
  public Guard guard(EntityKind kind) {
    if (kind == EntityKind.LOCKS) {
      return Guard.ATTACH;
    }
    Reading reading = reading(kind);
    if (reading == null) {
      // The kernel log, from which OOM kills are known, is not for every user.
      return event == ProcessEvent.Kind.OOM ? Guard.PTRACE : Guard.OPEN;
    }
    // A client that may know a shared-memory object may know its figures.
    boolean isOwn = kind == EntityKind.SHM && reading.type() == ShmRecord.TYPE;
    Guard existence = isOwn ? Guard.OPEN : reading.type().existence();
    return existence.or(reading.type().guard(reading.fields()));
  }

  /** The metric that a sum scope uses: this one, but without a limit that each entity has alone. */
  Metric summed() {
    return summed;
  }

  public Limit limit() {
    return limit;
  }

  /**
   * Converts a counter's growth per second to the metric's unit. Counters themselves aren't
   * converted: they stay whole numbers, so rounding can't lift a thread that runs at exactly 100 %
   * above 100 %.
   */
  public double rate(double perSecond) {
    return perSecond / divisor;
  }

  /** Whether the metric of a process means the metric of any of its threads. */
  boolean ofThreads() {
    return ofThreads;
  }

  /** Whether the value is how far an entity is from what is usual, as its history says. */
  public boolean isOfHistory() {
    Reading ofThread = reading(EntityKind.THREAD);
    return ofThread != null && BaselineRecord.isBaseline(ofThread.type());
  }

  /** Whether the value is how long a thread has waited. */
  public boolean isWait() {
    Reading ofThread = reading(EntityKind.THREAD);
    return ofThread != null && ofThread.waitStart().isPresent();
  }

  /**
   * How this metric is read for entities of that kind; null: it can't be read, because it is an
   * event that only the kernel reports.
   */
  public @Nullable Reading reading(EntityKind kind) {
    return readings.get(ofThreads && kind == EntityKind.PROCESS ? EntityKind.THREAD : kind);
  }

  @Override
  public String toString() {
    return name;
  }

  static Builder define(String name, Nature nature, Unit unit, String doc) {
    return new Builder(name, nature, unit, doc);
  }

  /**
   * One line of the table in {@link Metrics}. The methods may be called in any order, since {@link
   * #build} applies the adjustments. Not thread-safe.
   */
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
    private ProcessEvent.@Nullable Kind event;

    private Builder(String name, Nature nature, Unit unit, String doc) {
      this.name = name;
      this.nature = nature;
      this.unit = unit;
      this.doc = doc;
    }

    /**
     * Sets how many of the field's units are one of the metric's unit. A gauge is divided by this
     * number when a record is read, a rate when its growth is measured.
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

    /** The value comes from records of another type, and is already in the metric's unit. */
    Builder readFrom(EntityKind kind, RecordType type, Reading.Plain value) {
      return readFrom(kind, type, value.mask(), fieldsPerUnit -> value);
    }

    /** The value is a field of threads. For a process, the values of its threads are added up. */
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
     * The value is computed from fields of the kind's own record, and then scaled like a field.
     *
     * @param fields mask of the fields that {@code value} reads
     */
    Builder computedFrom(EntityKind kind, long fields, ToDoubleFunction<Record> value) {
      return readFrom(
          kind,
          kind.type(),
          fields,
          fieldsPerUnit -> (record, now) -> value.applyAsDouble(record) / fieldsPerUnit);
    }

    /**
     * The value is computed from fields of the kind's own record and the time. It isn't scaled.
     *
     * @param fields mask of the fields that {@code value} reads
     */
    Builder computedWithTime(EntityKind kind, long fields, Reading.Value value) {
      return readFrom(kind, kind.type(), fields, fieldsPerUnit -> value);
    }

    /**
     * The value is how long a thread has waited, in seconds, if it waits for such an object; else
     * 0. The metric of a process means any of its threads.
     */
    Builder waitedFor(Predicate<WaitKind> isCounted) {
      return computedWithTime(
              EntityKind.THREAD,
              ThreadRecord.WAIT_KIND.bit() | ThreadRecord.LAST_RAN.bit(),
              (thread, now) ->
                  isCounted.test(WaitKind.of(thread.get(ThreadRecord.WAIT_KIND)))
                      ? Math.max(0, now - thread.get(ThreadRecord.LAST_RAN)) / NS_PER_S
                      : 0)
          .adjust(EntityKind.THREAD, r -> r.waitStart((t, now) -> t.get(ThreadRecord.LAST_RAN)))
          .ofAnyThread()
          .growsWithTime();
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

    /** Changes the reading of a kind; it may be declared after this call. */
    Builder adjust(EntityKind kind, Consumer<Reading.Builder> change) {
      adjustments.add(() -> change.accept(readings.get(kind)));
      return this;
    }

    /** A percentage is a share of that field of the entity's record. */
    Builder limitedBy(EntityKind kind, Field field, double unitsEach) {
      limit = Limit.OWN;
      return adjust(kind, reading -> reading.ownLimit(field, unitsEach));
    }

    /** A percentage is a share of something that the host has. */
    Builder limitedBy(Limit ofHost) {
      limit = ofHost;
      return this;
    }

    /** The kernel reports this event; entities of these kinds have the metric. */
    Builder fromEvent(ProcessEvent.Kind kernelEvent, EntityKind... reportedFor) {
      event = kernelEvent;
      kinds.addAll(Set.of(reportedFor));
      return this;
    }

    /** The metric is found by a pass over all entities of that kind, not by reading one of them. */
    Builder computedOver(EntityKind kind) {
      kinds.add(kind);
      return notSummable();
    }

    /** The metric of a process means the metric of any of its threads. */
    Builder ofAnyThread() {
      ofThreads = true;
      kinds.add(EntityKind.PROCESS);
      return notSummable();
    }

    /** The sum over several entities has no meaning. */
    Builder notSummable() {
      summable = false;
      return this;
    }

    /** The metric can have values below 0. */
    Builder signed() {
      signed = true;
      return this;
    }

    /** The value grows by at most one second per second. */
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
      // Each entity has a limit of its own, and no entity has the sum of these limits.
      Metric summed = limit == Limit.OWN ? new Metric(this, all, Limit.NONE, null) : null;
      return new Metric(this, all, limit, summed);
    }
  }
}
