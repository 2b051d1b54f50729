package kifs.notifier.metric;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import kifs.kernel.record.Field;
import kifs.notifier.entity.EntityKind;

/** The text of {@code schema/metrics}. Stateless. */
public final class MetricsTable {
  private MetricsTable() {}

  /** Returns a header line, then one line for each metric, with columns separated by tabs. */
  public static String text() {
    return "name\tunit\tnature\tentities\tpercent\tpushed\tsource\tmeaning\n"
        + Metrics.ALL.stream().map(MetricsTable::row).collect(Collectors.joining());
  }

  private static String row(Metric metric) {
    String kinds =
        metric.kinds().stream().sorted().map(EntityKind::toString).collect(Collectors.joining(","));
    return String.join(
            "\t",
            metric.name(),
            metric.unit().symbol(),
            metric.nature().name().toLowerCase(Locale.ROOT),
            kinds,
            metric.hasLimit() ? "yes" : "no",
            metric.isPushed() ? "yes" : "no",
            source(metric),
            metric.doc())
        + "\n";
  }

  /**
   * The fields that a metric is read from, as {@code TYPE.field}; {@code -}: no field, because only
   * the kernel reports the metric, or because it depends on the time alone.
   */
  private static String source(Metric metric) {
    Set<String> fields = new TreeSet<>();
    Set<EntityKind> kinds = EnumSet.noneOf(EntityKind.class);
    kinds.addAll(metric.kinds());
    for (EntityKind kind : kinds) {
      Reading reading = metric.reading(kind);
      if (reading != null) {
        for (Field field : reading.type().fields()) {
          if ((reading.fields() & field.bit()) != 0) {
            fields.add(reading.type() + "." + field);
          }
        }
      }
    }
    return fields.isEmpty() ? "-" : String.join(",", fields);
  }
}
