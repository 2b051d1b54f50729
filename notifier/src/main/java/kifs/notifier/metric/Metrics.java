package kifs.notifier.metric;

import static kifs.notifier.entity.EntityKind.CGROUP;
import static kifs.notifier.entity.EntityKind.LOCKS;
import static kifs.notifier.entity.EntityKind.PROCESS;
import static kifs.notifier.entity.EntityKind.SHM;
import static kifs.notifier.entity.EntityKind.SYSTEM;
import static kifs.notifier.entity.EntityKind.THREAD;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import kifs.kernel.record.BaselineRecord;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.WaitKind;
import kifs.kernel.source.KernelEvents;
import kifs.kernel.source.KernelEvents.ProcessEvent;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.Scope;

/**
 * The table of all metrics. The directories {@code notify/}, {@code schema/metrics} and the parser
 * of conditions read it. Immutable.
 */
public final class Metrics {
  /** Nanoseconds per second that are one percent of one CPU, or of the time. */
  static final double NS_PER_PERCENT = 1e7;

  private static final double NS_PER_S = 1e9;

  public static final List<Metric> ALL = define();

  private Metrics() {}

  private static List<Metric> define() {
    MetricList table = new MetricList();
    cpu(table);
    memory(table);
    sharedMemory(table);
    counts(table);
    unusual(table);
    LimitsRecord.USAGES.forEach(usage -> limit(table, usage));
    HostMetrics.add(table);
    CgroupMetrics.add(table);
    events(table);
    return table.build();
  }

  private static void cpu(MetricList table) {
    table
        .rate("cpu", Unit.PERCENT, "CPU time used; 100 is one whole CPU")
        .scaledBy(NS_PER_PERCENT)
        .readFrom(PROCESS, ProcessRecord.RUNTIME)
        .readFrom(THREAD, ThreadRecord.RUNTIME)
        .readFrom(CGROUP, CgroupRecord.CPU_USAGE)
        .computedFrom(SYSTEM, Field.mask(SystemRecord.TIMES), SystemRecord::busyNs);
    table
        .rate(
            "cpu.with.children",
            Unit.PERCENT,
            "CPU time used by the process, and by children when it has waited for them")
        .scaledBy(NS_PER_PERCENT)
        .readFrom(
            PROCESS,
            ProcessRecord.TYPE,
            new Reading.Plain(
                List.of(
                    ProcessRecord.RUNTIME,
                    ProcessRecord.CHILDREN_UTIME,
                    ProcessRecord.CHILDREN_STIME),
                1))
        .notSummable();
    table
        .gauge("cpu.time", Unit.SECONDS, "CPU time used so far")
        .scaledBy(NS_PER_S)
        .readFrom(PROCESS, ProcessRecord.RUNTIME)
        .readFrom(THREAD, ThreadRecord.RUNTIME)
        .readFrom(CGROUP, CgroupRecord.CPU_USAGE)
        .computedFrom(SYSTEM, Field.mask(SystemRecord.TIMES), SystemRecord::busyNs);
    table
        .rate("run.delay", Unit.PERCENT, "time that threads were ready to run but waited for a CPU")
        .scaledBy(NS_PER_PERCENT)
        .readFromThreads(ThreadRecord.RUN_DELAY);
    table
        .rate("switches.voluntary", Unit.PER_SECOND, "times that a thread gave up the CPU")
        .readFromThreads(ThreadRecord.VOLUNTARY_SWITCHES);
    table
        .rate(
            "switches.involuntary",
            Unit.PER_SECOND,
            "times that the scheduler took the CPU from a thread")
        .readFromThreads(ThreadRecord.INVOLUNTARY_SWITCHES);
    table
        .gauge("priority", Unit.COUNT, "the kernel's priority as in top; a lower one runs first")
        .readFrom(PROCESS, ProcessRecord.PRIORITY)
        .readFrom(THREAD, ThreadRecord.PRIORITY)
        .signed()
        .notSummable();
    table
        .gauge("nice", Unit.COUNT, "nice value: -20 (runs first) to 19 (runs last)")
        .readFrom(PROCESS, ProcessRecord.NICE)
        .readFrom(THREAD, ThreadRecord.NICE)
        .signed()
        .notSummable();
    table
        .state("state", "scheduling state, a letter as in ps; for instance occurs/D")
        .readFrom(PROCESS, ProcessRecord.STATE)
        .readFrom(THREAD, ThreadRecord.STATE)
        .notSummable();
    table
        .gauge("uptime", Unit.SECONDS, "time since the entity started")
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
            "how long a thread has waited for a lock with a known owner, or for another thread")
        .waitedFor(WaitKind::isForThread);
    table
        .gauge("waiting.child", Unit.SECONDS, "how long a thread has waited for a child process")
        .waitedFor(kind -> kind == WaitKind.CHILD);
  }

  private static void memory(MetricList table) {
    table
        .gauge("rss", Unit.BYTES, "resident memory; % is of the host's memory")
        .readFrom(PROCESS, ProcessRecord.RSS)
        .adjust(PROCESS, r -> r.peak(ProcessRecord.RSS_PEAK).push(Metrics::watchRss))
        .limitedBy(Metric.Limit.MEMORY);
    table
        .rate(
            "rss.rate",
            Unit.BYTES_PER_SECOND,
            "growth of resident memory; negative when it shrinks")
        .readFrom(PROCESS, ProcessRecord.RSS)
        .signed();
    table
        .gauge("rss.peak", Unit.BYTES, "largest resident memory so far, as the kernel records it")
        .readFrom(PROCESS, ProcessRecord.RSS_PEAK)
        .limitedBy(Metric.Limit.MEMORY)
        .notSummable();
    table
        .gauge(
            "rss.huge",
            Unit.BYTES,
            "memory in huge pages of hugetlbfs, which rss doesn't count; % is of the host's memory")
        .readFrom(PROCESS, ProcessRecord.RSS_HUGE)
        .limitedBy(Metric.Limit.MEMORY);
    table.gauge("vsize", Unit.BYTES, "virtual memory").readFrom(PROCESS, ProcessRecord.VSIZE);
    table
        .gauge("swap", Unit.BYTES, "memory that is swapped out; % is of the host's swap space")
        .readFrom(PROCESS, ProcessRecord.SWAP)
        .readFrom(CGROUP, CgroupRecord.SWAP)
        .limitedBy(Metric.Limit.SWAP);
    table
        .gauge("shared", Unit.BYTES, "resident memory that maps files or shared memory")
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
        .readFrom(CGROUP, CgroupRecord.MAJOR_FAULTS)
        .readFrom(THREAD, ThreadRecord.MAJOR_FAULTS);
    table
        .rate("io.read", Unit.BYTES_PER_SECOND, "bytes read from storage")
        .readFrom(PROCESS, ProcessRecord.READ)
        .readFrom(THREAD, ThreadRecord.READ)
        .readFrom(CGROUP, CgroupRecord.READ);
    table
        .rate("io.write", Unit.BYTES_PER_SECOND, "bytes sent to storage")
        .readFrom(PROCESS, ProcessRecord.WRITE)
        .readFrom(THREAD, ThreadRecord.WRITE)
        .readFrom(CGROUP, CgroupRecord.WRITE);
  }

  /** Has the kernel watch resident memory, which it can for a threshold in bytes, but not a sum. */
  private static Optional<KernelEvents.Watch> watchRss(
      KernelEvents events, Scope scope, Wanted wanted, Runnable raised) {
    boolean inBytes = wanted.isOfLevel() && !wanted.ofLimit();
    return inBytes && wanted.threshold() >= 0 && scope.range() != Scope.Range.SUM
        ? events.onResize(
            scope.process().orElse(null), scope.selection(), (long) wanted.threshold(), raised)
        : Optional.empty();
  }

  private static void sharedMemory(MetricList table) {
    table
        .gauge(
            "shm", Unit.BYTES, "shared-memory objects mapped as shared; % is of the host's memory")
        .readFrom(PROCESS, ProcessRecord.SHM)
        .limitedBy(Metric.Limit.MEMORY);
    table
        .gauge("size", Unit.BYTES, "size of the object; % is of the host's memory")
        .readFrom(SHM, ShmRecord.SIZE)
        .limitedBy(Metric.Limit.MEMORY);
    table
        .gauge(
            "resident",
            Unit.BYTES,
            "how much of the object is in memory; % is of the host's memory")
        .readFrom(SHM, ShmRecord.RESIDENT)
        .limitedBy(Metric.Limit.MEMORY);
    table
        .gauge("users", Unit.COUNT, "processes that map the object")
        .readFrom(SHM, ShmRecord.USERS);
  }

  private static void counts(MetricList table) {
    table
        .gauge("fds", Unit.COUNT, "open file descriptors; % is of RLIMIT_NOFILE")
        .readFrom(PROCESS, ProcessRecord.FDS)
        .limitedBy(PROCESS, ProcessRecord.FD_LIMIT, 1);
    table
        .gauge("threads", Unit.COUNT, "live threads")
        .readFrom(PROCESS, ProcessRecord.THREADS)
        .readFrom(SYSTEM, SystemRecord.THREADS);
    table
        .gauge("children", Unit.COUNT, "processes whose parent the process is")
        .readFrom(PROCESS, ProcessRecord.PID)
        .adjust(PROCESS, r -> r.countedBy(ProcessRecord.PPID))
        .notSummable();
  }

  private static void unusual(MetricList table) {
    table
        .gauge(
            "unusual",
            Unit.SPREADS,
            "how far the present is from what is usual, by the worst of cpu, memory, faults and"
                + " switches; from 6 on it is unusual")
        .readFrom(PROCESS, BaselineRecord.PROCESS.type(), score(BaselineRecord.PROCESS.open()))
        .readFrom(THREAD, BaselineRecord.THREAD.type(), score(BaselineRecord.THREAD.open()))
        .notSummable();
    table
        .gauge("unusual.io", Unit.SPREADS, "the same of io.read and io.write")
        .readFrom(PROCESS, BaselineRecord.PROCESS.type(), score(BaselineRecord.PROCESS.guarded()))
        .readFrom(THREAD, BaselineRecord.THREAD.type(), score(BaselineRecord.THREAD.guarded()))
        .notSummable();
  }

  private static Reading.Plain score(BaselineRecord.Worst worst) {
    return new Reading.Plain(worst.score(), 1);
  }

  /** The metric of an rlimit has the name {@code limits.NAME}, after the attribute's file. */
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
        .event("exit", "the process or thread exits")
        .readFrom(THREAD, ThreadRecord.START)
        .fromEvent(ProcessEvent.Kind.EXIT, PROCESS);
    table
        .event("exec", "the process runs another program")
        .fromEvent(ProcessEvent.Kind.EXEC, PROCESS);
    table
        .event("fork", "the process creates another process: child=PID")
        .fromEvent(ProcessEvent.Kind.FORK, PROCESS);
    table
        .event("oom", "the OOM killer kills a process")
        .fromEvent(ProcessEvent.Kind.OOM, PROCESS, SYSTEM);
    table
        .event(
            "deadlock",
            "threads wait for each other for ever: value=the deadlock's number in locks/")
        .computedOver(LOCKS);
  }

  /**
   * Returns the metrics that an entity of that kind has, in the order of the table.
   *
   * @param sum returns instead the metrics that a sum scope of that kind has
   */
  public static List<Metric> of(EntityKind kind, boolean sum) {
    return ALL.stream()
        .filter(metric -> metric.kinds().contains(kind) && (!sum || metric.sums()))
        .map(metric -> sum ? metric.summed() : metric)
        .toList();
  }
}
