package kifs.notifier;

import java.util.List;
import java.util.Optional;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.source.KernelEvents;

/**
 * How to get one metric of one kind of entity from records. Immutable.
 *
 * @param type of the records
 * @param fields mask of the fields that it needs
 * @param value the gauge, or for a rate the counter
 * @param peak the highest that the gauge has been, where the kernel remembers that; else null
 * @param episode tells one block from the next, boot time; null: there is no such thing
 * @param whole what {@code %} is of; null: something that isn't the entity's own, or nothing
 * @param shape what records are to the entity
 * @param tally for {@link Shape#TALLY}: the field that holds the entity's id
 * @param push where the kernel tells of excursions by itself; else null
 */
record Reading(
    RecordType type,
    long fields,
    Value value,
    Plain peak,
    Value episode,
    Whole whole,
    Shape shape,
    Field tally,
    Push push) {

  /** What the records are to the entity whose figure is wanted. */
  enum Shape {
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
    double of(Record record, long boottimeNs);
  }

  /** Asks the kernel to say when a sample is worth while. */
  @FunctionalInterface
  interface Push {
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
   * @param perUnit the fields' value that is one of the metric's unit
   */
  record Plain(List<Field> fields, double perUnit) implements Value {
    Plain(Field field, double perUnit) {
      this(List.of(field), perUnit);
    }

    @Override
    public double of(Record record, long boottimeNs) {
      double sum = 0;
      for (int i = 0; i < fields.size(); i++) {
        sum += record.getDouble(fields.get(i));
      }
      return sum / perUnit;
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
  record Whole(Field field, double unitsEach) {
    /** Infinite where there is no limit. */
    double of(Record record) {
      long limit = record.get(field);
      return limit == field.type().allOnes() ? Double.POSITIVE_INFINITY : limit * unitsEach;
    }
  }

  static Reading of(RecordType type, long fields, Value value) {
    return new Reading(type, fields, value, null, null, null, Shape.ONE, null, null);
  }

  Reading withPeak(Field field) {
    return new Reading(
        type, fields | field.bit(), value, new Plain(field, 1), episode, whole, shape, tally, push);
  }

  Reading withEpisode(Value of) {
    return new Reading(type, fields, value, peak, of, whole, shape, tally, push);
  }

  Reading withLimit(Field field, double unitsEach) {
    Whole own = new Whole(field, unitsEach);
    return new Reading(type, fields | field.bit(), value, peak, episode, own, shape, tally, push);
  }

  Reading shaped(Shape other) {
    return new Reading(type, fields, value, peak, episode, whole, other, tally, push);
  }

  /** Counts the records of that field's value instead. */
  Reading tallied(Field by) {
    return new Reading(type, fields | by.bit(), value, peak, episode, whole, Shape.TALLY, by, push);
  }

  Reading pushedBy(Push by) {
    return new Reading(type, fields, value, peak, episode, whole, shape, tally, by);
  }

  /** NaN where the record lacks what it takes. */
  double of(Record record, long boottimeNs) {
    return (record.absent() & fields) == 0 ? value.of(record, boottimeNs) : Double.NaN;
  }
}
