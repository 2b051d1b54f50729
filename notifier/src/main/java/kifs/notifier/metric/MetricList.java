package kifs.notifier.metric;

import java.util.ArrayList;
import java.util.List;

/** Collects the lines of the table of metrics, and builds metrics from them. Not thread-safe. */
final class MetricList {
  private final List<Metric.Builder> lines = new ArrayList<>();

  Metric.Builder gauge(String name, Unit unit, String doc) {
    return line(name, Metric.Nature.GAUGE, unit, doc);
  }

  Metric.Builder rate(String name, Unit unit, String doc) {
    return line(name, Metric.Nature.RATE, unit, doc);
  }

  Metric.Builder state(String name, String doc) {
    return line(name, Metric.Nature.STATE, Unit.STATE, doc);
  }

  Metric.Builder event(String name, String doc) {
    return line(name, Metric.Nature.EVENT, Unit.COUNT, doc);
  }

  private Metric.Builder line(String name, Metric.Nature nature, Unit unit, String doc) {
    Metric.Builder line = Metric.define(name, nature, unit, doc);
    lines.add(line);
    return line;
  }

  List<Metric> build() {
    return lines.stream().map(Metric.Builder::build).toList();
  }
}
