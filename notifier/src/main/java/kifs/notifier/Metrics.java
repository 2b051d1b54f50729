package kifs.notifier;

import static kifs.notifier.EntityKind.LOCKS;
import static kifs.notifier.EntityKind.PROCESS;
import static kifs.notifier.EntityKind.SHM;
import static kifs.notifier.EntityKind.SYSTEM;
import static kifs.notifier.EntityKind.THREAD;

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
        .in(NS_PER_PERCENT)
        .of(PROCESS, ProcessRecord.RUNTIME)
        .of(THREAD, ThreadRecord.RUNTIME)
        .of(SYSTEM, busyFields(), SystemRecord::busyNs);
    table
        .gauge("cpu.time", Unit.SECONDS, "processor time used so far")
        .in(NS_PER_S)
        .of(PROCESS, ProcessRecord.RUNTIME)
        .of(THREAD, ThreadRecord.RUNTIME)
        .of(SYSTEM, busyFields(), SystemRecord::busyNs);
    table
        .rate("run.delay", Unit.PERCENT, "time ready to run but waiting for a processor")
        .in(NS_PER_PERCENT)
        .of(THREAD, ThreadRecord.RUN_DELAY)
        .ofProcessByThreads();
    table
        .rate("switches.voluntary", Unit.PER_SECOND, "times the processor was given up")
        .of(THREAD, ThreadRecord.VOLUNTARY_SWITCHES)
        .ofProcessByThreads();
    table
        .rate("switches.involuntary", Unit.PER_SECOND, "times the processor was taken")
        .of(THREAD, ThreadRecord.INVOLUNTARY_SWITCHES)
        .ofProcessByThreads();
    table
        .gauge("priority", Unit.COUNT, "the kernel's priority as in top; low comes first")
        .of(PROCESS, ProcessRecord.PRIORITY)
        .of(THREAD, ThreadRecord.PRIORITY)
        .signed()
        .alone();
    table
        .gauge("nice", Unit.COUNT, "-20 (first) to 19 (last)")
        .of(PROCESS, ProcessRecord.NICE)
        .of(THREAD, ThreadRecord.NICE)
        .signed()
        .alone();
    table
        .state("state", "a letter as in ps: occurs/D")
        .of(PROCESS, ProcessRecord.STATE)
        .of(THREAD, ThreadRecord.STATE)
        .alone();
    table
        .gauge("uptime", Unit.SECONDS, "time since it started")
        .of(
            PROCESS,
            ProcessRecord.TYPE,
            ProcessRecord.START.bit(),
            (r, now) -> (now - r.get(ProcessRecord.START)) / NS_PER_S)
        .of(
            THREAD,
            ThreadRecord.TYPE,
            ThreadRecord.START.bit(),
            (r, now) -> (now - r.get(ThreadRecord.START)) / NS_PER_S)
        .of(SYSTEM, SystemRecord.TYPE, 0, (r, now) -> now / NS_PER_S)
        .aging();
    table
        .gauge(
            "blocked",
            Unit.SECONDS,
            "how long a thread has waited for a lock, a thread or a child that somebody holds")
        .of(
            THREAD,
            ThreadRecord.TYPE,
            ThreadRecord.WAIT_KIND.bit() | ThreadRecord.LAST_RAN.bit(),
            Metrics::blockedFor)
        .with(THREAD, r -> r.withEpisode((t, now) -> t.get(ThreadRecord.LAST_RAN)))
        .ofAnyThread()
        .aging();
  }

  private static void memory(MetricList table) {
    table
        .gauge("rss", Unit.BYTES, "resident memory; % is of the host's memory")
        .of(PROCESS, ProcessRecord.RSS)
        .with(PROCESS, r -> r.withPeak(ProcessRecord.RSS_PEAK).pushedBy(Metrics::resized))
        .limitedBy(Metric.Limit.MEMORY);
    table
        .rate("rss.rate", Unit.BYTES_PER_SECOND, "growth of resident memory, or shrinking")
        .of(PROCESS, ProcessRecord.RSS)
        .signed();
    table
        .gauge("rss.peak", Unit.BYTES, "most resident memory so far, by the kernel's mark")
        .of(PROCESS, ProcessRecord.RSS_PEAK)
        .limitedBy(Metric.Limit.MEMORY)
        .alone();
    table.gauge("vsize", Unit.BYTES, "virtual memory").of(PROCESS, ProcessRecord.VSIZE);
    table
        .gauge("swap", Unit.BYTES, "memory that is swapped out; % is of the host's swap")
        .of(PROCESS, ProcessRecord.SWAP)
        .limitedBy(Metric.Limit.SWAP);
    table
        .gauge("shared", Unit.BYTES, "resident memory that is files or shared memory")
        .of(
            PROCESS,
            ProcessRecord.TYPE,
            new Reading.Plain(List.of(ProcessRecord.RSS_FILE, ProcessRecord.RSS_SHMEM), 1))
        .limitedBy(Metric.Limit.MEMORY);
    table
        .rate("faults.minor", Unit.PER_SECOND, "page faults served without io")
        .of(PROCESS, ProcessRecord.MINOR_FAULTS)
        .of(THREAD, ThreadRecord.MINOR_FAULTS);
    table
        .rate("faults.major", Unit.PER_SECOND, "page faults that needed io")
        .of(PROCESS, ProcessRecord.MAJOR_FAULTS)
        .of(THREAD, ThreadRecord.MAJOR_FAULTS);
    table
        .rate("io.read", Unit.BYTES_PER_SECOND, "read from storage")
        .of(PROCESS, ProcessRecord.READ)
        .of(THREAD, ThreadRecord.READ);
    table
        .rate("io.write", Unit.BYTES_PER_SECOND, "sent to storage")
        .of(PROCESS, ProcessRecord.WRITE)
        .of(THREAD, ThreadRecord.WRITE);
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
        .of(PROCESS, ProcessRecord.SHM)
        .limitedBy(Metric.Limit.MEMORY);
    table
        .gauge("size", Unit.BYTES, "size of the object; % is of the host's memory")
        .of(SHM, ShmRecord.SIZE)
        .limitedBy(Metric.Limit.MEMORY);
    table
        .gauge("resident", Unit.BYTES, "how much of it is in memory; % is of the host's memory")
        .of(SHM, ShmRecord.RESIDENT)
        .limitedBy(Metric.Limit.MEMORY);
    table.gauge("users", Unit.COUNT, "processes that map it").of(SHM, ShmRecord.USERS);
  }

  private static void counts(MetricList table) {
    table
        .gauge("fds", Unit.COUNT, "open file descriptors; % is of RLIMIT_NOFILE")
        .of(PROCESS, ProcessRecord.FDS)
        .limitedBy(PROCESS, ProcessRecord.FD_LIMIT, 1);
    table
        .gauge("threads", Unit.COUNT, "threads alive")
        .of(PROCESS, ProcessRecord.THREADS)
        .of(SYSTEM, SystemRecord.THREADS);
    table
        .gauge("children", Unit.COUNT, "processes whose parent it is")
        .of(PROCESS, ProcessRecord.PID)
        .with(PROCESS, r -> r.tallied(ProcessRecord.PPID))
        .alone();
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
        .of(PROCESS, LimitsRecord.TYPE, new Reading.Plain(used, usage.perUnit()))
        .limitedBy(PROCESS, usage.limit().soft(), 1)
        .alone();
  }

  private static void events(MetricList table) {
    table
        .event("exit", "it exits")
        .of(THREAD, ThreadRecord.START)
        .told(ProcessEvent.Kind.EXIT, PROCESS);
    table.event("exec", "the process runs another program").told(ProcessEvent.Kind.EXEC, PROCESS);
    table
        .event("fork", "the process makes another one: child=PID")
        .told(ProcessEvent.Kind.FORK, PROCESS);
    table
        .event("oom", "the kernel kills a process for lack of memory")
        .told(ProcessEvent.Kind.OOM, PROCESS, SYSTEM);
    table
        .event("deadlock", "threads wait for each other for ever: value=its number in locks/")
        .found(LOCKS);
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
