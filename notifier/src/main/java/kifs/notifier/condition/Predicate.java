package kifs.notifier.condition;

import java.util.List;
import java.util.Locale;
import kifs.notifier.metric.Metric;

/** The relations between a metric and a threshold that a condition can be about. Immutable. */
public enum Predicate {
  ABOVE("once per excursion above the threshold; at once if the value is above it when opened"),
  BELOW("once per excursion below the threshold; at once if the value is below it when opened"),
  RISES("like above, but an excursion under way when opened doesn't count"),
  FALLS("like below, but an excursion under way when opened doesn't count"),
  CHANGES(
      "when the value differs by at least the threshold from the last reported; any: by anything"),
  OCCURS("when an event happens: any; for a state, each time it becomes that letter");

  private final String doc;

  Predicate(String doc) {
    this.doc = doc;
  }

  /** When the predicate is reported, as users read it. */
  public String doc() {
    return doc;
  }

  /** The name of the predicate in pathnames. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether the predicate is about crossing a threshold. */
  public boolean isLevel() {
    return this != CHANGES && this != OCCURS;
  }

  /** Whether a greater value exceeds the threshold; else a smaller one does. */
  public boolean isUpward() {
    return this == ABOVE || this == RISES;
  }

  /** Whether an excursion that is under way at the opening is reported. */
  boolean countsPresent() {
    return this == ABOVE || this == BELOW;
  }

  /** Returns the predicates that fit metrics of that nature, in the order of this enum. */
  public static List<Predicate> of(Metric.Nature nature) {
    return switch (nature) {
      case EVENT -> List.of(OCCURS);
      case STATE -> List.of(CHANGES, OCCURS);
      case GAUGE, RATE -> List.of(ABOVE, BELOW, RISES, FALLS, CHANGES);
    };
  }
}
