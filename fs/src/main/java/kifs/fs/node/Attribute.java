package kifs.fs.node;

import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongFunction;
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
 * @param guarded whether a kernel may refuse it of some entities and not of others
 * @param value one char a byte; null where it can't be had
 */
record Attribute<E>(
    String name, String doc, long fields, boolean guarded, BiFunction<E, Record, String> value) {

  Attribute(String name, String doc, long fields, BiFunction<E, Record, String> value) {
    this(name, doc, fields, false, value);
  }

  /** One field, written by its unit: seconds for ns, else as a number. */
  static <E> Attribute<E> of(String name, Field field) {
    String doc = field.unit().equals("ns") ? field.doc() + ", s" : field.doc();
    return new Attribute<>(
        name,
        doc,
        field.bit(),
        (entity, record) -> has(record, field) ? text(record, field) : null);
  }

  /** One field that /proc guards: not every process lets itself be looked at. */
  static <E> Attribute<E> guarded(String name, Field field) {
    Attribute<E> plain = of(name, field);
    return new Attribute<>(name, plain.doc(), plain.fields(), true, plain.value());
  }

  /** A number made of several fields. */
  static <E> Attribute<E> sum(String name, String doc, Field one, Field other) {
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
  static <E> Attribute<E> text(String name, String doc, Function<E, String> of) {
    return new Attribute<>(name, doc, 0, (entity, record) -> of.apply(entity));
  }

  /** One field, written in a way of its own. */
  static <E> Attribute<E> shown(String name, String doc, Field field, LongFunction<String> as) {
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
      case CHAR -> Text.escaped(Text.of(record.bytes(field)));
      case F64 -> Text.percent(record.getDouble(field));
      default ->
          field.unit().equals("ns")
              ? Text.seconds(record.get(field))
              : signed(field)
                  ? Long.toString(record.get(field))
                  : Long.toUnsignedString(record.get(field));
    };
  }
}
