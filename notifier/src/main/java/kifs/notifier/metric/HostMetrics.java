package kifs.notifier.metric;

import static kifs.notifier.entity.EntityKind.CGROUP;
import static kifs.notifier.entity.EntityKind.SYSTEM;

import java.util.Optional;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.Pressure;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.KernelEvents;
import kifs.kernel.source.KernelEvents.CgroupFile;
import kifs.notifier.entity.OneCgroup;

/**
 * The lines of {@link Metrics}' table for metrics of the host, some of which cgroups have, too.
 * Stateless.
 */
final class HostMetrics {
  /** The letter of uninterruptible sleep, as in {@link ThreadRecord#STATE}. */
  private static final int UNINTERRUPTIBLE = 'D';

  private HostMetrics() {}

  static void add(MetricList table) {
    system(table, "load", Unit.COUNT, "load average of one minute", SystemRecord.LOAD1);
    system(table, "load.5m", Unit.COUNT, "load average of five minutes", SystemRecord.LOAD5);
    system(table, "load.15m", Unit.COUNT, "load average of 15 minutes", SystemRecord.LOAD15);
    table
        .gauge("memory.available", Unit.BYTES, "memory available without swapping")
        .readFrom(SYSTEM, SystemRecord.MEMORY_AVAILABLE)
        .limitedBy(SYSTEM, SystemRecord.MEMORY_TOTAL, 1);
    table
        .gauge("memory.free", Unit.BYTES, "unused memory")
        .readFrom(SYSTEM, SystemRecord.MEMORY_FREE)
        .limitedBy(SYSTEM, SystemRecord.MEMORY_TOTAL, 1);
    table
        .gauge("memory.huge", Unit.BYTES, "memory in the pool of huge pages; % is of the memory")
        .readFrom(SYSTEM, SystemRecord.MEMORY_HUGE)
        .limitedBy(SYSTEM, SystemRecord.MEMORY_TOTAL, 1);
    table
        .gauge("memory.huge.free", Unit.BYTES, "unused memory in that pool; % is of the pool")
        .readFrom(SYSTEM, SystemRecord.MEMORY_HUGE_FREE)
        .limitedBy(SYSTEM, SystemRecord.MEMORY_HUGE, 1);
    table
        .gauge("swap.free", Unit.BYTES, "free swap space")
        .readFrom(SYSTEM, SystemRecord.SWAP_FREE)
        .limitedBy(SYSTEM, SystemRecord.SWAP_TOTAL, 1);
    system(table, "processes", Unit.COUNT, "processes, including zombies", SystemRecord.PROCESSES);
    table
        .gauge("files", Unit.COUNT, "open files; % is a share of fs.file-max")
        .readFrom(SYSTEM, SystemRecord.FILES_OPEN)
        .limitedBy(SYSTEM, SystemRecord.FILES_MAX, 1);
    system(
        table,
        "runnable",
        Unit.COUNT,
        "threads that run or are ready to run",
        SystemRecord.RUNNABLE);
    table
        .gauge("threads.uninterruptible", Unit.COUNT, "threads in state D")
        .addedUp(
            SYSTEM,
            ThreadRecord.TYPE,
            ThreadRecord.STATE.bit(),
            (r, now) -> r.get(ThreadRecord.STATE) == UNINTERRUPTIBLE ? 1 : 0);
    table
        .rate("forks", Unit.PER_SECOND, "processes and threads created")
        .readFrom(SYSTEM, SystemRecord.FORKS);
    table
        .rate("context.switches", Unit.PER_SECOND, "context switches")
        .readFrom(SYSTEM, SystemRecord.CONTEXT_SWITCHES);
    table
        .rate("interrupts", Unit.PER_SECOND, "interrupts handled")
        .readFrom(SYSTEM, SystemRecord.INTERRUPTS);
    table
        .gauge("oom.kills", Unit.COUNT, "processes that the OOM killer has killed")
        .readFrom(SYSTEM, SystemRecord.OOM_KILLS)
        .readFrom(CGROUP, CgroupRecord.OOM_KILLS)
        .adjust(CGROUP, r -> r.push(CgroupMetrics.onChange(CgroupFile.MEMORY_EVENTS)));
    pressure(table, "pressure.cpu", SystemRecord.CPU_SOME, CgroupRecord.CPU_SOME);
    pressure(table, "pressure.cpu.full", SystemRecord.CPU_FULL, CgroupRecord.CPU_FULL);
    pressure(table, "pressure.memory", SystemRecord.MEMORY_SOME, CgroupRecord.MEMORY_SOME);
    pressure(table, "pressure.memory.full", SystemRecord.MEMORY_FULL, CgroupRecord.MEMORY_FULL);
    pressure(table, "pressure.io", SystemRecord.IO_SOME, CgroupRecord.IO_SOME);
    pressure(table, "pressure.io.full", SystemRecord.IO_FULL, CgroupRecord.IO_FULL);
  }

  private static void pressure(MetricList table, String name, Pressure host, Pressure cgroup) {
    table
        .rate(name, Unit.PERCENT, host.total().doc())
        .scaledBy(Metrics.NS_PER_PERCENT)
        .readFrom(SYSTEM, host.total())
        .readFrom(CGROUP, cgroup.total())
        .adjust(
            SYSTEM,
            r ->
                r.push(
                    (events, scope, wanted, raised) ->
                        watchPressure(
                            wanted,
                            (stall, window) -> events.onPressure(host, stall, window, raised))))
        .adjust(
            CGROUP,
            r ->
                r.push(
                    (events, scope, wanted, raised) ->
                        scope instanceof OneCgroup one
                            ? watchPressure(
                                wanted,
                                (stall, window) ->
                                    events.onPressure(one.ref(), cgroup, stall, window, raised))
                            : Optional.empty()));
  }

  /** Asks the kernel to watch a pressure: a stall within a window, both in ns. */
  private interface PressureWatch {
    Optional<KernelEvents.Watch> begin(long stallNs, long windowNs);
  }

  /**
   * Has the kernel watch a pressure. The threshold, a share of the window in percent, becomes the
   * stall time within the window at which the kernel raises the watch.
   */
  private static Optional<KernelEvents.Watch> watchPressure(Wanted wanted, PressureWatch watch) {
    if (!wanted.isOfShare()) {
      return Optional.empty();
    }
    long stallNs = (long) (wanted.threshold() / 100 * wanted.overNs());
    return watch.begin(Math.max(1, stallNs), wanted.overNs());
  }

  private static void system(MetricList table, String name, Unit unit, String doc, Field field) {
    table.gauge(name, unit, doc).readFrom(SYSTEM, field);
  }
}
