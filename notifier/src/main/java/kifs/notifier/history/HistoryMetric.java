package kifs.notifier.history;

import java.util.ArrayList;
import java.util.List;
import kifs.kernel.record.Field;
import kifs.kernel.record.Guard;
import kifs.kernel.record.Record;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.metric.Metric;
import kifs.notifier.metric.Metrics;
import kifs.notifier.metric.Reading;

/**
 * A metric of which a history is kept. The first metric of each kind is the CPU time, which can
 * only be unchanged if a thread has not run. Immutable.
 *
 * @param fields mask of the fields that {@code value} reads, of a record of the kind's own type
 * @param value reads the gauge, or the counter of a rate
 * @param guard who may know the metric
 * @param floor the least difference that matters, in the metric's unit
 */
public record HistoryMetric(
    Metric metric, long fields, Reading.Plain value, Guard guard, double floor) {
  /** The name of the metric of CPU time. */
  public static final String CPU = "cpu";

  private static final double KIB = 1024;
  private static final double MIB = 1024 * KIB;

  /**
   * A change by less than this part of the floor counts as none until there was a greater one, so
   * that entities which do nothing need no memory.
   */
  private static final double LEAST_PART = 1.0 / 16;

  /** The metrics of processes. */
  public static final List<HistoryMetric> OF_PROCESSES = define(EntityKind.PROCESS);

  /** The metrics of threads. */
  public static final List<HistoryMetric> OF_THREADS = define(EntityKind.THREAD);

  /** The metrics of that kind of entity. */
  public static List<HistoryMetric> of(EntityKind kind) {
    return switch (kind) {
      case PROCESS -> OF_PROCESSES;
      case THREAD -> OF_THREADS;
      case SYSTEM, SHM, LOCKS, CGROUP -> List.of();
    };
  }

  private static List<HistoryMetric> define(EntityKind kind) {
    List<HistoryMetric> all = new ArrayList<>();
    all.add(of(kind, CPU, 5));
    if (kind == EntityKind.PROCESS) {
      all.add(of(kind, "rss", 16 * MIB));
      all.add(of(kind, "rss.rate", 512 * KIB));
      all.add(of(kind, "faults.major", 20));
    } else {
      all.add(of(kind, "switches.voluntary", 500));
    }
    all.add(of(kind, "faults.minor", 500));
    all.add(of(kind, "io.read", MIB));
    all.add(of(kind, "io.write", MIB));
    return List.copyOf(all);
  }

  private static HistoryMetric of(EntityKind kind, String name, double floor) {
    Metric metric =
        Metrics.ALL.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
    Reading reading = metric.reading(kind);
    if (reading == null || !(reading.value() instanceof Reading.Plain plain)) {
      throw new IllegalArgumentException(metric + " is not the value of a field");
    }
    long fields = Field.mask(plain.fields());
    return new HistoryMetric(metric, fields, plain, reading.type().guard(fields), floor);
  }

  boolean isRate() {
    return metric.nature() == Metric.Nature.RATE;
  }

  /** Whether everybody may know the metric. */
  public boolean isOpen() {
    return guard == Guard.OPEN;
  }

  /** The counter, or the value of a gauge; NaN: the record doesn't have it. */
  double read(Record record, long boottimeNs) {
    return (record.absent() & fields) == 0 ? value.read(record, boottimeNs) : Double.NaN;
  }

  /**
   * The value of a rate, from two readings of its counter. NaN if the counter has fallen: then it
   * was read in another way, or has wrapped.
   */
  double rate(double before, double after, double seconds) {
    double growth = after - before;
    return growth < 0 && !metric.isSigned() ? Double.NaN : metric.rate(growth / seconds);
  }

  /** The least change of the value that begins a series. */
  double leastChange() {
    return floor * LEAST_PART;
  }

  /** The mask of the fields that all metrics of a list need. */
  static long fields(List<HistoryMetric> metrics) {
    return metrics.stream().mapToLong(HistoryMetric::fields).reduce(0, (a, b) -> a | b);
  }
}
