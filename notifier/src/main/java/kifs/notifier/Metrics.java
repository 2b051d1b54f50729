package kifs.notifier;

import static kifs.notifier.EntityKind.PROCESS;
import static kifs.notifier.EntityKind.SYSTEM;
import static kifs.notifier.EntityKind.THREAD;
import static kifs.notifier.Metric.Nature.EVENT;
import static kifs.notifier.Metric.Nature.GAUGE;
import static kifs.notifier.Metric.Nature.RATE;
import static kifs.notifier.Metric.define;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.WaitKind;

/** Every metric: the one table that directories, {@code schema/metrics} and the parser read. */
public final class Metrics {
  /** Nanoseconds a second that are one percent of one processor. */
  private static final double NS_PER_PERCENT = 1e7;

  private static final double NS_PER_S = 1e9;

  public static final List<Metric> ALL =
      List.of(
          define("cpu", RATE, Unit.PERCENT, "processor time used; 100 is one whole processor")
              .of(
                  PROCESS,
                  ProcessRecord.TYPE,
                  ProcessRecord.RUNTIME.bit(),
                  (r, now) -> r.get(ProcessRecord.RUNTIME))
              .of(
                  THREAD,
                  ThreadRecord.TYPE,
                  ThreadRecord.RUNTIME.bit(),
                  (r, now) -> r.get(ThreadRecord.RUNTIME))
              .of(SYSTEM, SystemRecord.TYPE, busyFields(), (r, now) -> SystemRecord.busyNs(r))
              .countedIn(NS_PER_PERCENT)
              .build(),
          define("rss", GAUGE, Unit.BYTES, "resident memory; % is of the host's memory")
              .of(PROCESS, ProcessRecord.TYPE, ProcessRecord.RSS)
              .limitedByMemory()
              .build(),
          define("fds", GAUGE, Unit.COUNT, "open file descriptors; % is of RLIMIT_NOFILE")
              .of(PROCESS, ProcessRecord.TYPE, ProcessRecord.FDS)
              .limitedBy(PROCESS, ProcessRecord.FD_LIMIT)
              .build(),
          define("threads", GAUGE, Unit.COUNT, "threads alive")
              .of(PROCESS, ProcessRecord.TYPE, ProcessRecord.THREADS)
              .of(SYSTEM, SystemRecord.TYPE, SystemRecord.THREADS)
              .build(),
          define("exit", EVENT, Unit.COUNT, "the process exits").pushed(PROCESS).build(),
          define(
                  "blocked",
                  GAUGE,
                  Unit.SECONDS,
                  "how long a thread has waited for a lock, a thread or a child that somebody holds")
              .of(
                  THREAD,
                  ThreadRecord.TYPE,
                  ThreadRecord.WAIT_KIND.bit() | ThreadRecord.LAST_RAN.bit(),
                  Metrics::blockedFor)
              .ofAnyThread()
              .build(),
          define("memory.available", GAUGE, Unit.BYTES, "memory to be had without swapping")
              .of(SYSTEM, SystemRecord.TYPE, SystemRecord.MEMORY_AVAILABLE)
              .limitedByMemory()
              .build(),
          define("load", GAUGE, Unit.COUNT, "load average of one minute")
              .of(SYSTEM, SystemRecord.TYPE, SystemRecord.LOAD1)
              .build(),
          define("processes", GAUGE, Unit.COUNT, "processes, zombies included")
              .of(SYSTEM, SystemRecord.TYPE, SystemRecord.PROCESSES)
              .build());

  private Metrics() {}

  /** The metrics that an entity of that kind has, or all entities of that kind together. */
  public static List<Metric> of(EntityKind kind, boolean sum) {
    return ALL.stream()
        .filter(metric -> metric.kinds().contains(kind) && (!sum || metric.sums()))
        .map(metric -> sum ? metric.summed() : metric)
        .toList();
  }

  /** {@code schema/metrics}: one metric a line, tab-separated, with a header line. */
  public static String table() {
    return "name\tunit\tnature\tentities\tpercent\tmeaning\n"
        + ALL.stream().map(Metrics::row).collect(Collectors.joining());
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
            metric.doc())
        + "\n";
  }

  private static long busyFields() {
    return SystemRecord.TIMES.stream().mapToLong(Field::bit).reduce(0, (a, b) -> a | b);
  }

  /** Seconds since the thread last ran, 0 unless somebody holds what it waits for. */
  private static double blockedFor(Record thread, long boottimeNs) {
    boolean detectable = WaitKind.of(thread.get(ThreadRecord.WAIT_KIND)).isDetectable();
    return detectable ? Math.max(0, boottimeNs - thread.get(ThreadRecord.LAST_RAN)) / NS_PER_S : 0;
  }
}
