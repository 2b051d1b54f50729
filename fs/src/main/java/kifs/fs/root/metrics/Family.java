package kifs.fs.root.metrics;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kifs.kernel.record.Field;

/**
 * A metric of {@code metrics} with all its series. Its name follows Prometheus's rules: it ends
 * with the base unit, and {@link Exposition} adds {@code _total} to the name of a counter.
 * Immutable.
 *
 * @param name the name without {@code _total}
 * @param unit the base unit, with which the name ends; empty: it is a plain number
 * @param isCounter whether the value only grows, until what it counts begins anew
 * @param help what the value says
 */
public record Family(String name, String unit, boolean isCounter, String help) {
  private static final String PREFIX = "kifs_";

  /** The base units, by the units of records and of {@code about}. */
  private static final Map<String, String> BASE_UNITS =
      Map.of("ns", "seconds", "s", "seconds", "%", "ratio", "bytes", "bytes");

  /** Words of names that only repeat the unit. */
  private static final Map<String, Set<String>> UNIT_WORDS =
      Map.of(
          "seconds", Set.of("ns", "seconds"),
          "ratio", Set.of("percent"),
          "bytes", Set.of("bytes"));

  /**
   * Names a figure.
   *
   * @param thing the kind of thing that has the figure
   * @param figure the figure's name in a record or in {@code about}; its words are separated by
   *     underscores or points
   * @param unit the unit there
   */
  public static Family of(
      String thing, String figure, String unit, boolean isCounter, String help) {
    String base = BASE_UNITS.getOrDefault(unit, "");
    Set<String> repeated = UNIT_WORDS.getOrDefault(base, Set.of());
    String words =
        Stream.concat(
                Arrays.stream(figure.split("[_.]")).filter(word -> !repeated.contains(word)),
                Stream.of(base).filter(word -> !word.isEmpty()))
            .collect(Collectors.joining("_"));
    return new Family(PREFIX + thing + "_" + words, base, isCounter, help);
  }

  /** Names a field of a record. */
  static Family of(String thing, Field field) {
    return of(thing, field, field.isCounter());
  }

  /** Names a field of a record that counts, though it may fall in rare cases. */
  static Family counterOf(String thing, Field field) {
    return of(thing, field, true);
  }

  private static Family of(String thing, Field field, boolean isCounter) {
    return of(thing, field.name(), field.unit(), isCounter, field.doc());
  }
}
