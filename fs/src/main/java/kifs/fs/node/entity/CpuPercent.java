package kifs.fs.node.entity;

import kifs.fs.node.text.Values;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.metric.Metric;
import kifs.notifier.metric.Metrics;
import org.jspecify.annotations.Nullable;

/**
 * CPU usage in percent of one CPU. If the notifier samples the entity's {@code cpu} for a waiter,
 * the usage is since the last sample; else it is the average over the entity's life. The methods
 * that return a text return null if the record lacks a field that they need. Thread-safe.
 */
public final class CpuPercent {
  private static final Metric METRIC =
      Metrics.ALL.stream().filter(metric -> metric.name().equals("cpu")).findFirst().orElseThrow();

  private CpuPercent() {}

  public static @Nullable String ofProcess(Kernel kernel, int pid, Record process) {
    if (!process.has(ProcessRecord.RUNTIME) || !process.has(ProcessRecord.START)) {
      return null;
    }
    return Values.percent(ofProcess(process, pid, kernel));
  }

  public static double ofProcess(Record process, int pid, Kernel kernel) {
    double recent = kernel.notifier().recentRate(METRIC, EntityKind.PROCESS, pid, 0, process);
    return Double.isNaN(recent)
        ? sinceStart(kernel, process.get(ProcessRecord.RUNTIME), process.get(ProcessRecord.START))
        : recent;
  }

  public static @Nullable String ofThread(Kernel kernel, int pid, int tid, Record thread) {
    if (!thread.has(ThreadRecord.RUNTIME) || !thread.has(ThreadRecord.START)) {
      return null;
    }
    double recent = kernel.notifier().recentRate(METRIC, EntityKind.THREAD, pid, tid, thread);
    return Values.percent(
        Double.isNaN(recent)
            ? sinceStart(kernel, thread.get(ThreadRecord.RUNTIME), thread.get(ThreadRecord.START))
            : recent);
  }

  public static @Nullable String ofSystem(Kernel kernel, Record system) {
    double recent = kernel.notifier().recentRate(METRIC, EntityKind.SYSTEM, 0, 0, system);
    if (!Double.isNaN(recent)) {
      return Values.percent(recent);
    }
    return SystemRecord.TIMES.stream().allMatch(system::has)
        ? Values.percent(sinceStart(kernel, SystemRecord.busyNs(system), 0))
        : null;
  }

  private static double sinceStart(Kernel kernel, long runtimeNs, long startNs) {
    long age = kernel.boottimeNs() - startNs;
    return age <= 0 ? 0 : 100.0 * runtimeNs / age;
  }
}
