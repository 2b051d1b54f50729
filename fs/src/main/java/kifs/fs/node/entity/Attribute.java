package kifs.fs.node.entity;

import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongFunction;
import kifs.fs.node.text.Values;
import kifs.kernel.record.Field;
import kifs.kernel.record.FieldType;
import kifs.kernel.record.Record;

/**
 * One attribute file: adding one is one line in a table of these. {@code ls}, {@code stat} and the
 * README of the tree are made from the tables.
 *
 * @param <E> the kind of entity
 * @param name of the file
 * @param doc one line
 * @param fields mask of the record's fields that it needs; nothing else is read
 * @param cost what reading it means
 * @param value one char a byte; null where it can't be had
 */
public record Attribute<E>(
    String name, String doc, long fields, Cost cost, BiFunction<E, Record, String> value) {

  /** What reading an attribute means. */
  public enum Cost {
    /** A look at the entity. */
    PLAIN,
    /** The same, and the kernel may not tell it of some entities that it tells of others. */
    GUARDED,
    /** A look at every process of the host: not in {@code stat}, and a client may give it up. */
    WIDE
  }

  public Attribute(String name, String doc, long fields, BiFunction<E, Record, String> value) {
    this(name, doc, fields, Cost.PLAIN, value);
  }

  /** One field, written by its unit: seconds for ns, else as a number. */
  public static <E> Attribute<E> of(String name, Field field) {
    String doc = field.unit().equals("ns") ? field.doc() + ", s" : field.doc();
    return new Attribute<>(
        name,
        doc,
        field.bit(),
        (entity, record) -> has(record, field) ? text(record, field) : null);
  }

  /** One field that /proc guards: not every process lets itself be looked at. */
  public static <E> Attribute<E> guarded(String name, Field field) {
    return refusable(of(name, field));
  }

  /** The same attribute, where the kernel doesn't tell it of every entity. */
  public static <E> Attribute<E> refusable(Attribute<E> plain) {
    return new Attribute<>(plain.name(), plain.doc(), plain.fields(), Cost.GUARDED, plain.value());
  }

  /** A number made of several fields. */
  public static <E> Attribute<E> sum(String name, String doc, Field one, Field other) {
    return new Attribute<>(
        name,
        doc,
        one.bit() | other.bit(),
        (entity, record) ->
            has(record, one) && has(record, other)
                ? Long.toString(record.get(one) + record.get(other))
                : null);
  }

  /** Something that isn't in the record. */
  public static <E> Attribute<E> text(String name, String doc, Function<E, String> of) {
    return new Attribute<>(name, doc, 0, (entity, record) -> of.apply(entity));
  }

  /** Something that takes a look at every process. */
  public static <E> Attribute<E> wide(String name, String doc, Function<E, String> of) {
    return new Attribute<>(name, doc, 0, Cost.WIDE, (entity, record) -> of.apply(entity));
  }

  /** One field, written in a way of its own. */
  public static <E> Attribute<E> shown(
      String name, String doc, Field field, LongFunction<String> as) {
    return new Attribute<>(
        name,
        doc,
        field.bit(),
        (entity, record) -> has(record, field) ? as.apply(record.get(field)) : null);
  }

  /** Whether a source that fills these fields can ever give it. */
  boolean isGivenBy(long available) {
    return (fields & ~available) == 0;
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
      default ->
          field.unit().equals("ns")
              ? Values.seconds(record.get(field))
              : signed(field)
                  ? Long.toString(record.get(field))
                  : Long.toUnsignedString(record.get(field));
    };
  }
}
