package kifs.notifier.condition;

import java.util.List;
import java.util.Locale;
import kifs.notifier.metric.Metric;

/** The relations between a metric and a value that can be waited for. */
public enum Predicate {
  ABOVE("once per excursion above the value; at once if it is above when opened"),
  BELOW("once per excursion below the value; at once if it is below when opened"),
  RISES("like above, but an excursion under way when opened doesn't count"),
  FALLS("like below, but an excursion under way when opened doesn't count"),
  CHANGES("when it differs by at least the value from what it was; any: by anything"),
  OCCURS("when it happens: any; of a state, once each time it is that letter");

  private final String doc;

  Predicate(String doc) {
    this.doc = doc;
  }

  public String doc() {
    return doc;
  }

  /** As in a pathname. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it asks about a level being crossed. */
  public boolean isLevel() {
    return this != CHANGES && this != OCCURS;
  }

  /** Whether it looks for values larger than its threshold. */
  public boolean isUpward() {
    return this == ABOVE || this == RISES;
  }

  /** Whether what was under way at the opening counts. */
  boolean countsPresent() {
    return this == ABOVE || this == BELOW;
  }

  /** The predicates that make sense of a metric of that nature. */
  public static List<Predicate> of(Metric.Nature nature) {
    return switch (nature) {
      case EVENT -> List.of(OCCURS);
      case STATE -> List.of(CHANGES, OCCURS);
      case GAUGE, RATE -> List.of(ABOVE, BELOW, RISES, FALLS, CHANGES);
    };
  }
}
