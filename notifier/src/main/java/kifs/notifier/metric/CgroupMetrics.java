package kifs.notifier.metric;

import static kifs.notifier.entity.EntityKind.CGROUP;

import java.util.Optional;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.Field;
import kifs.kernel.source.KernelEvents;
import kifs.kernel.source.KernelEvents.CgroupFile;
import kifs.notifier.entity.OneCgroup;
import kifs.notifier.entity.Scope;

/** The lines of {@link Metrics}' table for metrics that only cgroups have. Stateless. */
final class CgroupMetrics {
  private CgroupMetrics() {}

  static void add(MetricList table) {
    table
        .rate(
            "cpu.throttled",
            Unit.PERCENT,
            "time that the group waited because it had used up its CPU limit, added up over CPUs")
        .scaledBy(Metrics.NS_PER_PERCENT)
        .readFrom(CGROUP, CgroupRecord.CPU_THROTTLED_TIME);
    table
        .gauge(
            "memory",
            Unit.BYTES,
            "memory that is charged to the group; % is of memory.limit.effective")
        .readFrom(CGROUP, CgroupRecord.MEMORY)
        .limitedBy(CGROUP, CgroupRecord.MEMORY_EFFECTIVE, 1)
        .adjust(CGROUP, r -> r.push(CgroupMetrics::watchMemory));
    table
        .rate(
            "memory.rate",
            Unit.BYTES_PER_SECOND,
            "growth of the group's memory; negative when it shrinks")
        .readFrom(CGROUP, CgroupRecord.MEMORY)
        .signed();
    table
        .gauge("memory.peak", Unit.BYTES, "largest memory of the group so far")
        .readFrom(CGROUP, CgroupRecord.MEMORY_PEAK)
        .notSummable();
    table
        .gauge("memory.anon", Unit.BYTES, "anonymous memory of the group")
        .readFrom(CGROUP, CgroupRecord.ANON);
    table
        .gauge("memory.file", Unit.BYTES, "memory of the group that caches files, tmpfs included")
        .readFrom(CGROUP, CgroupRecord.FILE);
    counted(table, "memory.low.events", CgroupRecord.LOW_EVENTS, CgroupFile.MEMORY_EVENTS);
    counted(table, "memory.high.events", CgroupRecord.HIGH_EVENTS, CgroupFile.MEMORY_EVENTS);
    counted(table, "memory.max.events", CgroupRecord.MAX_EVENTS, CgroupFile.MEMORY_EVENTS);
    counted(table, "oom.events", CgroupRecord.OOM_EVENTS, CgroupFile.MEMORY_EVENTS);
    table
        .gauge("pids", Unit.COUNT, "threads of the group; % is of pids.limit")
        .readFrom(CGROUP, CgroupRecord.PIDS)
        .limitedBy(CGROUP, CgroupRecord.PIDS_LIMIT, 1);
    counted(table, "pids.refused", CgroupRecord.PIDS_REFUSED, CgroupFile.PIDS_EVENTS);
    counted(table, "populated", CgroupRecord.POPULATED, CgroupFile.STATE).notSummable();
    counted(table, "frozen", CgroupRecord.FROZEN, CgroupFile.STATE).notSummable();
    table
        .gauge("descendants.dying", Unit.COUNT, CgroupRecord.DYING.doc())
        .readFrom(CGROUP, CgroupRecord.DYING);
  }

  /** A number that the kernel keeps in a file, each change of which it reports where it can. */
  private static Metric.Builder counted(
      MetricList table, String name, Field field, CgroupFile file) {
    return table
        .gauge(name, Unit.COUNT, field.doc())
        .readFrom(CGROUP, field)
        .adjust(CGROUP, r -> r.push(onChange(file)));
  }

  /** Has the kernel report each change of a file of one group, or of any group. */
  static Reading.Push onChange(CgroupFile file) {
    return (events, scope, wanted, raised) -> {
      if (scope instanceof OneCgroup one) {
        return events.onCgroup(one.ref(), file, raised);
      }
      return scope.range() == Scope.Range.EACH
          ? events.onCgroup(null, file, raised)
          : Optional.empty();
    };
  }

  /** Has the kernel watch the memory of one group, for a threshold in bytes. */
  private static Optional<KernelEvents.Watch> watchMemory(
      KernelEvents events, Scope scope, Wanted wanted, Runnable raised) {
    boolean inBytes = wanted.isOfLevel() && !wanted.ofLimit() && wanted.threshold() >= 0;
    return inBytes && scope instanceof OneCgroup one
        ? events.onCgroupMemory(one.ref(), (long) wanted.threshold(), raised)
        : Optional.empty();
  }
}
