package kifs.fs.node.entity;

import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongFunction;
import kifs.fs.node.text.Values;
import kifs.kernel.record.Field;
import kifs.kernel.record.FieldType;
import kifs.kernel.record.Guard;
import kifs.kernel.record.Pressure;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;

/**
 * One attribute file. An attribute is one line in a table; {@code ls}, {@code stat} and the README
 * of the tree are made from the tables. Immutable.
 *
 * @param <E> the kind of entity
 * @param name the name of the file
 * @param doc one line for the README, with the unit
 * @param fields mask of the record's fields that the value needs; no other field is read
 * @param guard who may see what of the value isn't in the fields
 * @param cost what has to be read for the value
 * @param value makes the text, one char a byte; null if the value is absent
 */
public record Attribute<E>(
    String name,
    String doc,
    long fields,
    Guard guard,
    Cost cost,
    BiFunction<E, Record, String> value) {

  /** What has to be read for an attribute. */
  public enum Cost {
    /** The entity alone. */
    PLAIN,
    /** The entity alone, but the kernel refuses the value for some entities. */
    GUARDED,
    /**
     * Every process of the host. Such an attribute is not in {@code stat}, and its reader can be
     * interrupted.
     */
    WIDE
  }

  /** Makes an attribute whose value is computed from fields, which say who may see it. */
  public Attribute(String name, String doc, long fields, BiFunction<E, Record, String> value) {
    this(name, doc, fields, Guard.OPEN, Cost.PLAIN, value);
  }

  /** Makes an attribute of one field: seconds if its unit is ns, else the plain number. */
  public static <E> Attribute<E> of(String name, Field field) {
    String doc = field.unit().equals("ns") ? field.doc() + ", s" : field.doc();
    return new Attribute<>(
        name,
        doc,
        field.bit(),
        (entity, record) -> has(record, field) ? text(record, field) : null);
  }

  /** Makes an attribute of a pressure: the average of the last 10 s. */
  public static <E> Attribute<E> pressure(String name, Pressure pressure) {
    return of(name, pressure.averages().get(0));
  }

  /** Makes an attribute of one field that /proc guards, so that some processes refuse it. */
  public static <E> Attribute<E> guarded(String name, Field field) {
    return refusable(of(name, field));
  }

  /** Makes an attribute that the kernel refuses for some entities. */
  public static <E> Attribute<E> refusable(Attribute<E> plain) {
    return new Attribute<>(
        plain.name(), plain.doc(), plain.fields(), plain.guard(), Cost.GUARDED, plain.value());
  }

  /** Makes an attribute that is the sum of two fields of one unit: seconds if the unit is ns. */
  public static <E> Attribute<E> sum(String name, String doc, Field one, Field other) {
    return new Attribute<>(
        name,
        doc,
        one.bit() | other.bit(),
        (entity, record) ->
            has(record, one) && has(record, other)
                ? inUnit(one, record.get(one) + record.get(other))
                : null);
  }

  /** Makes an attribute whose value isn't in the record. */
  public static <E> Attribute<E> text(
      String name, String doc, Guard guard, Function<E, String> value) {
    return new Attribute<>(
        name, doc, 0, guard, Cost.PLAIN, (entity, record) -> value.apply(entity));
  }

  /** Makes an attribute for which every process of the host is read. */
  public static <E> Attribute<E> wide(
      String name, String doc, Guard guard, Function<E, String> value) {
    return new Attribute<>(name, doc, 0, guard, Cost.WIDE, (entity, record) -> value.apply(entity));
  }

  /** Makes an attribute of one field that {@code format} writes. */
  public static <E> Attribute<E> shown(
      String name, String doc, Field field, LongFunction<String> format) {
    return new Attribute<>(
        name,
        doc,
        field.bit(),
        (entity, record) -> has(record, field) ? format.apply(record.get(field)) : null);
  }

  /** Who may see the value. */
  Guard guard(RecordType type) {
    return guard.or(type.guard(fields));
  }

  /** Whether a source that provides these fields can ever provide the attribute. */
  boolean isProvidedBy(long provided) {
    return (fields & ~provided) == 0;
  }

  private static boolean signed(Field field) {
    return field.type() == FieldType.S32 || field.type() == FieldType.S64;
  }

  private static boolean has(Record record, Field field) {
    return record.has(field);
  }

  private static String text(Record record, Field field) {
    return switch (field.type()) {
      case CHAR -> Values.escaped(Values.of(record.bytes(field)));
      case F64 -> Values.percent(record.getDouble(field));
      default -> inUnit(field, record.get(field));
    };
  }

  private static String inUnit(Field field, long value) {
    if (field.unit().equals("ns")) {
      return Values.seconds(value);
    }
    return signed(field) ? Long.toString(value) : Long.toUnsignedString(value);
  }
}
