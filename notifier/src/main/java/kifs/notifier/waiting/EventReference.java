package kifs.notifier.waiting;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import kifs.notifier.condition.Predicate;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.metric.Metric;
import kifs.notifier.metric.Metrics;

/**
 * Generates the last section of {@code docs/notify.md}: every field of an event's line, and every
 * metric with the fields that its events can have. Stateless.
 */
public final class EventReference {
  /** The heading that the generated section begins with. */
  public static final String HEADING = "## 12 Reference of the line";

  private EventReference() {}

  /** The section, from its heading to the end of the document. */
  public static String text() {
    StringBuilder out = new StringBuilder(HEADING).append("\n\n");
    out.append("Generated from `EventField` and `Metrics`; a test compares it. Don't edit.\n\n");
    out.append("### 12.1 Fields\n");
    out.append("In the order of the line. A field that not all events have is absent otherwise.\n");
    out.append("\n| key | in events of | meaning |\n|---|---|---|\n");
    for (EventField field : EventField.values()) {
      row(out, "`" + field.key() + "`", field.when(), field.doc());
    }
    out.append("\n### 12.2 Metrics\n");
    out.append("The unit is that of `value`, unless the threshold is in % of a limit.\n");
    out.append("\n| metric | of | predicates | unit | further fields | value |\n");
    out.append("|---|---|---|---|---|---|\n");
    Metrics.ALL.forEach(metric -> metric(out, metric));
    return out.toString();
  }

  private static void metric(StringBuilder out, Metric metric) {
    row(
        out,
        "`" + metric.name() + "`",
        joined(metric.kinds().stream().sorted().map(EntityKind::toString).toList()),
        joined(Predicate.of(metric.nature()).stream().map(Predicate::toString).toList()),
        metric.unit().symbol(),
        joined(
            Arrays.stream(EventField.values())
                .filter(field -> field.isOptional() && field.isPossible(metric))
                .map(field -> "`" + field.key() + "`")
                .toList()),
        metric.doc());
  }

  private static String joined(List<String> words) {
    return String.join(", ", words);
  }

  private static void row(StringBuilder out, String... cells) {
    out.append(Arrays.stream(cells).collect(Collectors.joining(" | ", "| ", " |\n")));
  }

  /** Renews the section at the end of the file that the only argument names. */
  public static void main(String[] arguments) throws IOException {
    Path document = Path.of(arguments[0]);
    String before = Files.readString(document);
    int section = before.indexOf(HEADING);
    Files.writeString(document, before.substring(0, section) + text());
  }
}
