package kifs.notifier.metric;

import static kifs.notifier.entity.EntityKind.SYSTEM;

import java.util.Optional;
import kifs.kernel.record.Field;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.KernelEvents;

/** The part of {@link Metrics}' table that only the host as a whole has. */
final class HostMetrics {
  private static final double NS_PER_PERCENT = 1e7;
  private static final int UNINTERRUPTIBLE = 'D';

  private HostMetrics() {}

  static void add(MetricList table) {
    system(table, "load", Unit.COUNT, "load average of one minute", SystemRecord.LOAD1);
    system(table, "load.5m", Unit.COUNT, "load average of five minutes", SystemRecord.LOAD5);
    system(table, "load.15m", Unit.COUNT, "load average of 15 minutes", SystemRecord.LOAD15);
    table
        .gauge("memory.available", Unit.BYTES, "memory to be had without swapping")
        .readFrom(SYSTEM, SystemRecord.MEMORY_AVAILABLE)
        .limitedBy(SYSTEM, SystemRecord.MEMORY_TOTAL, 1);
    table
        .gauge("memory.free", Unit.BYTES, "memory unused")
        .readFrom(SYSTEM, SystemRecord.MEMORY_FREE)
        .limitedBy(SYSTEM, SystemRecord.MEMORY_TOTAL, 1);
    table
        .gauge("swap.free", Unit.BYTES, "swap to be had")
        .readFrom(SYSTEM, SystemRecord.SWAP_FREE)
        .limitedBy(SYSTEM, SystemRecord.SWAP_TOTAL, 1);
    system(table, "processes", Unit.COUNT, "processes, zombies included", SystemRecord.PROCESSES);
    table
        .gauge("files", Unit.COUNT, "open files; % is of fs.file-max")
        .readFrom(SYSTEM, SystemRecord.FILES_OPEN)
        .limitedBy(SYSTEM, SystemRecord.FILES_MAX, 1);
    system(table, "runnable", Unit.COUNT, "threads running or ready to", SystemRecord.RUNNABLE);
    table
        .gauge("threads.uninterruptible", Unit.COUNT, "threads in state D")
        .addedUp(
            SYSTEM,
            ThreadRecord.TYPE,
            ThreadRecord.STATE.bit(),
            (r, now) -> r.get(ThreadRecord.STATE) == UNINTERRUPTIBLE ? 1 : 0);
    table
        .rate("forks", Unit.PER_SECOND, "processes and threads made")
        .readFrom(SYSTEM, SystemRecord.FORKS);
    table
        .rate("context.switches", Unit.PER_SECOND, "context switches")
        .readFrom(SYSTEM, SystemRecord.CONTEXT_SWITCHES);
    table
        .rate("interrupts", Unit.PER_SECOND, "interrupts served")
        .readFrom(SYSTEM, SystemRecord.INTERRUPTS);
    system(
        table,
        "oom.kills",
        Unit.COUNT,
        "processes killed for lack of memory since boot",
        SystemRecord.OOM_KILLS);
    pressure(table, "pressure.cpu", SystemRecord.CPU_SOME);
    pressure(table, "pressure.cpu.full", SystemRecord.CPU_FULL);
    pressure(table, "pressure.memory", SystemRecord.MEMORY_SOME);
    pressure(table, "pressure.memory.full", SystemRecord.MEMORY_FULL);
    pressure(table, "pressure.io", SystemRecord.IO_SOME);
    pressure(table, "pressure.io.full", SystemRecord.IO_FULL);
  }

  private static void pressure(MetricList table, String name, SystemRecord.Pressure of) {
    table
        .rate(name, Unit.PERCENT, of.total().doc())
        .scaledBy(NS_PER_PERCENT)
        .readFrom(SYSTEM, of.total())
        .adjust(SYSTEM, r -> r.push((e, s, wanted, raised) -> lack(of, e, wanted, raised)));
  }

  private static Optional<KernelEvents.Watch> lack(
      SystemRecord.Pressure of, KernelEvents events, Wanted wanted, Runnable raised) {
    if (!wanted.isOfShare()) {
      return Optional.empty();
    }
    long stallNs = (long) (wanted.threshold() / 100 * wanted.overNs());
    return events.onPressure(of, Math.max(1, stallNs), wanted.overNs(), raised);
  }

  private static void system(MetricList table, String name, Unit unit, String doc, Field field) {
    table.gauge(name, unit, doc).readFrom(SYSTEM, field);
  }
}
