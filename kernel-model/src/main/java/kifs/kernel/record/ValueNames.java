package kifs.kernel.record;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The names of a field's values, for a field that holds one of a few kinds. The descriptions of the
 * records are made from it: enums in C and Python, the lists in {@code records.json} and in the
 * field's meaning. A reader must expect numbers that are not in the list, because a newer kernel or
 * a newer kifs may have more. Immutable.
 *
 * @param name what the value is, in snake_case: {@code fd_type}
 */
public record ValueNames(String name, List<Value> values) {
  public ValueNames {
    values = List.copyOf(values);
  }

  /**
   * One value.
   *
   * @param label one word in lower case, as attribute files and tables show it: {@code pi-mutex}
   * @param doc the value in words
   */
  public record Value(int number, String label, String doc) {
    /** The label as a constant's name: {@code PI_MUTEX}. */
    public String constant() {
      return label.replace('-', '_').toUpperCase(Locale.ROOT);
    }

    /** Whether the label says all that the words say. */
    public boolean isClear() {
      return words(label).equalsIgnoreCase(doc);
    }
  }

  /** Values whose labels say enough, numbered from {@code first} on. */
  static ValueNames from(int first, String name, String... labels) {
    return new ValueNames(
        name,
        IntStream.range(0, labels.length)
            .mapToObj(i -> new Value(first + i, labels[i], words(labels[i])))
            .toList());
  }

  private static String words(String label) {
    return label.replace('-', ' ');
  }

  /** The labels by number; an empty one where a number isn't used. */
  public List<String> labels() {
    int end = values.stream().mapToInt(Value::number).max().orElse(-1) + 1;
    return IntStream.range(0, end).mapToObj(this::label).toList();
  }

  private String label(int number) {
    return values.stream()
        .filter(value -> value.number() == number)
        .map(Value::label)
        .findFirst()
        .orElse("");
  }

  /** {@code 0 nothing known, 1 mutex, 2 PI mutex} and so on. */
  String legend() {
    return values.stream()
        .map(value -> value.number() + " " + value.doc())
        .collect(Collectors.joining(", "));
  }
}
