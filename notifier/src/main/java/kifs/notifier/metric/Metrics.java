package kifs.notifier.metric;

import static kifs.notifier.entity.EntityKind.LOCKS;
import static kifs.notifier.entity.EntityKind.PROCESS;
import static kifs.notifier.entity.EntityKind.SHM;
import static kifs.notifier.entity.EntityKind.SYSTEM;
import static kifs.notifier.entity.EntityKind.THREAD;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import kifs.kernel.record.Field;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.WaitKind;
import kifs.kernel.source.KernelEvents;
import kifs.kernel.source.KernelEvents.ProcessEvent;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.Scope;

/** Every metric: the one table that directories, {@code schema/metrics} and the parser read. */
public final class Metrics {
  /** Nanoseconds a second that are one percent of one processor, or of the time. */
  private static final double NS_PER_PERCENT = 1e7;

  private static final double NS_PER_S = 1e9;

  public static final List<Metric> ALL = define();

  private Metrics() {}

  private static List<Metric> define() {
    MetricList table = new MetricList();
    processor(table);
    memory(table);
    sharedMemory(table);
    counts(table);
    LimitsRecord.USAGES.forEach(usage -> limit(table, usage));
    HostMetrics.add(table);
    events(table);
    return table.build();
  }

  private static void processor(MetricList table) {
    table
        .rate("cpu", Unit.PERCENT, "processor time used; 100 is one whole processor")
        .scaledBy(NS_PER_PERCENT)
        .readFrom(PROCESS, ProcessRecord.RUNTIME)
        .readFrom(THREAD, ThreadRecord.RUNTIME)
        .computedFrom(SYSTEM, busyFields(), SystemRecord::busyNs);
    table
        .gauge("cpu.time", Unit.SECONDS, "processor time used so far")
        .scaledBy(NS_PER_S)
        .readFrom(PROCESS, ProcessRecord.RUNTIME)
        .readFrom(THREAD, ThreadRecord.RUNTIME)
        .computedFrom(SYSTEM, busyFields(), SystemRecord::busyNs);
    table
        .rate("run.delay", Unit.PERCENT, "time ready to run but waiting for a processor")
        .scaledBy(NS_PER_PERCENT)
        .readFromThreads(ThreadRecord.RUN_DELAY);
    table
        .rate("switches.voluntary", Unit.PER_SECOND, "times the processor was given up")
        .readFromThreads(ThreadRecord.VOLUNTARY_SWITCHES);
    table
        .rate("switches.involuntary", Unit.PER_SECOND, "times the processor was taken")
        .readFromThreads(ThreadRecord.INVOLUNTARY_SWITCHES);
    table
        .gauge("priority", Unit.COUNT, "the kernel's priority as in top; low comes first")
        .readFrom(PROCESS, ProcessRecord.PRIORITY)
        .readFrom(THREAD, ThreadRecord.PRIORITY)
        .signed()
        .notSummable();
    table
        .gauge("nice", Unit.COUNT, "-20 (first) to 19 (last)")
        .readFrom(PROCESS, ProcessRecord.NICE)
        .readFrom(THREAD, ThreadRecord.NICE)
        .signed()
        .notSummable();
    table
        .state("state", "a letter as in ps: occurs/D")
        .readFrom(PROCESS, ProcessRecord.STATE)
        .readFrom(THREAD, ThreadRecord.STATE)
        .notSummable();
    table
        .gauge("uptime", Unit.SECONDS, "time since it started")
        .computedWithTime(
            PROCESS,
            ProcessRecord.START.bit(),
            (r, now) -> (now - r.get(ProcessRecord.START)) / NS_PER_S)
        .computedWithTime(
            THREAD,
            ThreadRecord.START.bit(),
            (r, now) -> (now - r.get(ThreadRecord.START)) / NS_PER_S)
        .computedWithTime(SYSTEM, 0, (r, now) -> now / NS_PER_S)
        .growsWithTime();
    table
        .gauge(
            "blocked",
            Unit.SECONDS,
            "how long a thread has waited for a lock, a thread or a child that somebody holds")
        .computedWithTime(
            THREAD, ThreadRecord.WAIT_KIND.bit() | ThreadRecord.LAST_RAN.bit(), Metrics::blockedFor)
        .adjust(THREAD, r -> r.waitStart((t, now) -> t.get(ThreadRecord.LAST_RAN)))
        .ofAnyThread()
        .growsWithTime();
  }

  private static void memory(MetricList table) {
    table
        .gauge("rss", Unit.BYTES, "resident memory; % is of the host's memory")
        .readFrom(PROCESS, ProcessRecord.RSS)
        .adjust(PROCESS, r -> r.peak(ProcessRecord.RSS_PEAK).push(Metrics::resized))
        .limitedBy(Metric.Limit.MEMORY);
    table
        .rate("rss.rate", Unit.BYTES_PER_SECOND, "growth of resident memory, or shrinking")
        .readFrom(PROCESS, ProcessRecord.RSS)
        .signed();
    table
        .gauge("rss.peak", Unit.BYTES, "most resident memory so far, by the kernel's mark")
        .readFrom(PROCESS, ProcessRecord.RSS_PEAK)
        .limitedBy(Metric.Limit.MEMORY)
        .notSummable();
    table.gauge("vsize", Unit.BYTES, "virtual memory").readFrom(PROCESS, ProcessRecord.VSIZE);
    table
        .gauge("swap", Unit.BYTES, "memory that is swapped out; % is of the host's swap")
        .readFrom(PROCESS, ProcessRecord.SWAP)
        .limitedBy(Metric.Limit.SWAP);
    table
        .gauge("shared", Unit.BYTES, "resident memory that is files or shared memory")
        .readFrom(
            PROCESS,
            ProcessRecord.TYPE,
            new Reading.Plain(List.of(ProcessRecord.RSS_FILE, ProcessRecord.RSS_SHMEM), 1))
        .limitedBy(Metric.Limit.MEMORY);
    table
        .rate("faults.minor", Unit.PER_SECOND, "page faults served without io")
        .readFrom(PROCESS, ProcessRecord.MINOR_FAULTS)
        .readFrom(THREAD, ThreadRecord.MINOR_FAULTS);
    table
        .rate("faults.major", Unit.PER_SECOND, "page faults that needed io")
        .readFrom(PROCESS, ProcessRecord.MAJOR_FAULTS)
        .readFrom(THREAD, ThreadRecord.MAJOR_FAULTS);
    table
        .rate("io.read", Unit.BYTES_PER_SECOND, "read from storage")
        .readFrom(PROCESS, ProcessRecord.READ)
        .readFrom(THREAD, ThreadRecord.READ);
    table
        .rate("io.write", Unit.BYTES_PER_SECOND, "sent to storage")
        .readFrom(PROCESS, ProcessRecord.WRITE)
        .readFrom(THREAD, ThreadRecord.WRITE);
  }

  private static Optional<KernelEvents.Watch> resized(
      KernelEvents events, Scope scope, Wanted wanted, Runnable raised) {
    boolean isBytes = wanted.isOfLevel() && !wanted.ofLimit();
    return isBytes && wanted.threshold() >= 0 && scope.range() != Scope.Range.SUM
        ? events.onResize(scope.process().orElse(null), (long) wanted.threshold(), raised)
        : Optional.empty();
  }

  private static void sharedMemory(MetricList table) {
    table
        .gauge("shm", Unit.BYTES, "shared-memory objects mapped; % is of the host's memory")
        .readFrom(PROCESS, ProcessRecord.SHM)
        .limitedBy(Metric.Limit.MEMORY);
    table
        .gauge("size", Unit.BYTES, "size of the object; % is of the host's memory")
        .readFrom(SHM, ShmRecord.SIZE)
        .limitedBy(Metric.Limit.MEMORY);
    table
        .gauge("resident", Unit.BYTES, "how much of it is in memory; % is of the host's memory")
        .readFrom(SHM, ShmRecord.RESIDENT)
        .limitedBy(Metric.Limit.MEMORY);
    table.gauge("users", Unit.COUNT, "processes that map it").readFrom(SHM, ShmRecord.USERS);
  }

  private static void counts(MetricList table) {
    table
        .gauge("fds", Unit.COUNT, "open file descriptors; % is of RLIMIT_NOFILE")
        .readFrom(PROCESS, ProcessRecord.FDS)
        .limitedBy(PROCESS, ProcessRecord.FD_LIMIT, 1);
    table
        .gauge("threads", Unit.COUNT, "threads alive")
        .readFrom(PROCESS, ProcessRecord.THREADS)
        .readFrom(SYSTEM, SystemRecord.THREADS);
    table
        .gauge("children", Unit.COUNT, "processes whose parent it is")
        .readFrom(PROCESS, ProcessRecord.PID)
        .adjust(PROCESS, r -> r.countedBy(ProcessRecord.PPID))
        .notSummable();
  }

  /** The metric of a limit is called as its file would be. */
  private static void limit(MetricList table, LimitsRecord.Usage usage) {
    Field used = usage.used();
    boolean time = used.unit().equals("ns");
    Unit unit = time ? Unit.SECONDS : used.unit().isEmpty() ? Unit.COUNT : Unit.BYTES;
    String name = usage.limit().name();
    String doc = used.doc() + "; % is of RLIMIT_" + name.toUpperCase(Locale.ROOT);
    table
        .gauge("limits." + name, unit, doc)
        .readFrom(PROCESS, LimitsRecord.TYPE, new Reading.Plain(used, usage.perUnit()))
        .limitedBy(PROCESS, usage.limit().soft(), 1)
        .notSummable();
  }

  private static void events(MetricList table) {
    table
        .event("exit", "it exits")
        .readFrom(THREAD, ThreadRecord.START)
        .fromEvent(ProcessEvent.Kind.EXIT, PROCESS);
    table
        .event("exec", "the process runs another program")
        .fromEvent(ProcessEvent.Kind.EXEC, PROCESS);
    table
        .event("fork", "the process makes another one: child=PID")
        .fromEvent(ProcessEvent.Kind.FORK, PROCESS);
    table
        .event("oom", "the kernel kills a process for lack of memory")
        .fromEvent(ProcessEvent.Kind.OOM, PROCESS, SYSTEM);
    table
        .event("deadlock", "threads wait for each other for ever: value=its number in locks/")
        .computedOver(LOCKS);
  }

  /** The metrics that an entity of that kind has, or all entities of that kind together. */
  public static List<Metric> of(EntityKind kind, boolean sum) {
    return ALL.stream()
        .filter(metric -> metric.kinds().contains(kind) && (!sum || metric.sums()))
        .map(metric -> sum ? metric.summed() : metric)
        .toList();
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
