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
 * How to get one metric of one kind of entity from records. Immutable.
 *
 * @param type of the records
 * @param fields mask of the fields that it needs
 * @param value the gauge, or for a rate the counter
 * @param shape what records are to the entity
 * @param peak the highest that the gauge has been, where the kernel remembers that
 * @param waitStart when the present wait began, boot time in ns, where the metric is of a wait
 * @param ownLimit what {@code %} is of, where that is the entity's own
 * @param countedBy for {@link Shape#TALLY}: the field that holds the entity's id
 * @param push how the kernel is asked to watch, where it can
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

  /** What the records are to the entity whose figure is wanted. */
  public enum Shape {
    /** One record is one entity. */
    ONE,
    /** The records of one process's threads are added up: they stand together. */
    THREADS,
    /** All records are added up. */
    ALL,
    /** Records are counted that name the entity: only a look at the whole host tells. */
    TALLY
  }

  /** A figure of a record, read at that boot time. */
  @FunctionalInterface
  interface Value {
    public double read(Record record, long boottimeNs);
  }

  /** Asks the kernel to say when a sample is worth while. */
  @FunctionalInterface
  public interface Push {
    /**
     * @param wanted what the condition asks for
     * @param raised called then, and maybe without cause; must not block
     * @return empty where the kernel can't watch for that
     */
    Optional<KernelEvents.Watch> watch(
        KernelEvents events, Scope scope, Wanted wanted, Runnable raised);
  }

  /**
   * One field as it stands, or several added up, or scaled.
   *
   * @param divisor the fields' value that is one of the metric's unit
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
      return fields.stream().mapToLong(Field::bit).reduce(0, (a, b) -> a | b);
    }
  }

  /**
   * A limit of the entity's own.
   *
   * @param unitsEach what one of the field is in the unit of the value
   */
  public record OwnLimit(Field field, double unitsEach) {
    /** Infinite where there is no limit. */
    public double read(Record record) {
      long limit = record.get(field);
      return limit == field.type().allOnes() ? Double.POSITIVE_INFINITY : limit * unitsEach;
    }
  }

  /** Returns NaN where the record lacks a field that the value needs. */
  public double read(Record record, long boottimeNs) {
    return (record.absent() & fields) == 0 ? value.read(record, boottimeNs) : Double.NaN;
  }

  /** Returns NaN where the kernel remembers no peak. */
  public double readPeak(Record record, long boottimeNs) {
    return peak.isPresent() ? peak.get().read(record, boottimeNs) : Double.NaN;
  }

  /** Returns NaN where the metric is not of a wait. */
  public double readWaitStart(Record record, long boottimeNs) {
    return waitStart.isPresent() ? waitStart.get().read(record, boottimeNs) : Double.NaN;
  }

  /** Takes down what a line of the table of metrics says of one kind, in any order. */
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
     * @param value made for the metric's divisor, once that is known
     */
    Builder(RecordType type, long fields, DoubleFunction<Value> value) {
      this.type = type;
      this.fields = fields;
      this.value = value;
    }

    /** The kernel remembers the highest value in that field. */
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

    Builder push(Push by) {
      push = Optional.of(by);
      return this;
    }

    /**
     * @param divisor a field's value that is one of the metric's unit
     */
    Reading build(double divisor) {
      return new Reading(
          type, fields, value.apply(divisor), shape, peak, waitStart, ownLimit, countedBy, push);
    }
  }
}
