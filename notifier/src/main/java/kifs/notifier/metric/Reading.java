package kifs.notifier.metric;

import java.util.List;
import java.util.Optional;
import java.util.function.DoubleFunction;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.source.KernelEvents;
import kifs.notifier.entity.Scope;

/**
 * How the value of one metric, for one kind of entity, is read from records. Immutable.
 *
 * @param type the type of the records
 * @param fields mask of the fields that the other components read
 * @param value reads the gauge, or for a rate the counter
 * @param shape which records belong to the entity
 * @param peak reads the highest value that the gauge has had; empty: the kernel doesn't keep it
 * @param waitStart reads the boot time in ns at which the present wait began; empty: the metric
 *     isn't about a wait
 * @param ownLimit the entity's own limit, which {@code %} is a share of; empty: it has none
 * @param countedBy for {@link Shape#TALLY} the field that holds the entity's id; else empty
 * @param push asks the kernel to watch the metric; empty: the kernel never can
 */
public record Reading(
    RecordType type,
    long fields,
    Value value,
    Shape shape,
    Optional<Plain> peak,
    Optional<Value> waitStart,
    Optional<OwnLimit> ownLimit,
    Optional<Field> countedBy,
    Optional<Push> push) {

  /** Which records belong to the entity whose figure is measured. */
  public enum Shape {
    /** One record belongs to one entity. */
    ONE,
    /** The records of a process's threads are added up. They are adjacent in a bulk. */
    THREADS,
    /** All records are added up. */
    ALL,
    /** The records that name the entity are counted. Only a pass over the whole host finds them. */
    TALLY
  }

  /** Reads a figure from a record. Stateless, so thread-safe. */
  @FunctionalInterface
  interface Value {
    /**
     * @param record has all fields that the value needs
     * @param boottimeNs when the record was read
     */
    double read(Record record, long boottimeNs);
  }

  /** Asks the kernel to push: to call the notifier when it should sample. */
  @FunctionalInterface
  public interface Push {
    /**
     * Begins to watch.
     *
     * @param scope the entities to watch; it stays the caller's
     * @param wanted describes the condition
     * @param raised called in a thread of the source when a sample may exceed the threshold, and
     *     possibly without cause; must not block
     * @return empty if the kernel can't watch this condition
     */
    Optional<KernelEvents.Watch> watch(
        KernelEvents events, Scope scope, Wanted wanted, Runnable raised);
  }

  /**
   * The sum of one or several fields, divided by a constant.
   *
   * @param divisor how many of the fields' units are one of the metric's unit
   */
  public record Plain(List<Field> fields, double divisor) implements Value {
    Plain(Field field, double divisor) {
      this(List.of(field), divisor);
    }

    @Override
    public double read(Record record, long boottimeNs) {
      double sum = 0;
      for (int i = 0; i < fields.size(); i++) {
        sum += record.getDouble(fields.get(i));
      }
      return sum / divisor;
    }

    long mask() {
      return Field.mask(fields);
    }
  }

  /**
   * A limit of the entity's own.
   *
   * @param field holds the limit; all bits set: unlimited
   * @param unitsEach one of the field's unit, in the unit of the value
   */
  public record OwnLimit(Field field, double unitsEach) {
    /** Reads the limit in the unit of the value; infinity: unlimited. */
    public double read(Record record) {
      long limit = record.get(field);
      return limit == field.type().allOnes() ? Double.POSITIVE_INFINITY : limit * unitsEach;
    }
  }

  /** Reads the value; NaN: the record lacks a field of {@link #fields}. */
  public double read(Record record, long boottimeNs) {
    return (record.absent() & fields) == 0 ? value.read(record, boottimeNs) : Double.NaN;
  }

  /** Reads the peak; NaN: the kernel doesn't keep one. */
  public double readPeak(Record record, long boottimeNs) {
    return peak.isPresent() ? peak.get().read(record, boottimeNs) : Double.NaN;
  }

  /** Reads the boot time in ns at which the wait began; NaN: the metric isn't about a wait. */
  public double readWaitStart(Record record, long boottimeNs) {
    return waitStart.isPresent() ? waitStart.get().read(record, boottimeNs) : Double.NaN;
  }

  /** Collects what a line of the table of metrics says about one kind. Not thread-safe. */
  static final class Builder {
    private final RecordType type;
    private final DoubleFunction<Value> value;
    private long fields;
    private Shape shape = Shape.ONE;
    private Optional<Plain> peak = Optional.empty();
    private Optional<Value> waitStart = Optional.empty();
    private Optional<OwnLimit> ownLimit = Optional.empty();
    private Optional<Field> countedBy = Optional.empty();
    private Optional<Push> push = Optional.empty();

    /**
     * @param fields mask of the fields that the value needs
     * @param value makes the value from the metric's divisor, which the line may set later
     */
    Builder(RecordType type, long fields, DoubleFunction<Value> value) {
      this.type = type;
      this.fields = fields;
      this.value = value;
    }

    /** The kernel keeps the highest value in that field. */
    Builder peak(Field field) {
      fields |= field.bit();
      peak = Optional.of(new Plain(field, 1));
      return this;
    }

    Builder waitStart(Value boottimeNs) {
      waitStart = Optional.of(boottimeNs);
      return this;
    }

    Builder ownLimit(Field field, double unitsEach) {
      fields |= field.bit();
      ownLimit = Optional.of(new OwnLimit(field, unitsEach));
      return this;
    }

    Builder shape(Shape other) {
      shape = other;
      return this;
    }

    /** The value is the number of records that have the entity's id in that field. */
    Builder countedBy(Field field) {
      fields |= field.bit();
      countedBy = Optional.of(field);
      return shape(Shape.TALLY);
    }

    Builder push(Push watcher) {
      push = Optional.of(watcher);
      return this;
    }

    /**
     * @param divisor how many of a field's units are one of the metric's unit
     */
    Reading build(double divisor) {
      return new Reading(
          type, fields, value.apply(divisor), shape, peak, waitStart, ownLimit, countedBy, push);
    }
  }
}
