package kifs.fs.node.entity;

import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import kifs.fs.node.text.Values;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.metric.Metric;
import kifs.notifier.metric.Metrics;
import kifs.notifier.metric.RecentRate;

/**
 * The attributes of CPU usage. If the notifier samples the entity's {@code cpu} for a waiter, the
 * usage is since the last sample; else it is since the entity started. {@code cpu.window} says over
 * how long it is. Thread-safe.
 *
 * @param <E> what the attributes are made from
 */
public final class CpuPercent<E> {
  private static final Metric METRIC =
      Metrics.ALL.stream().filter(metric -> metric.name().equals("cpu")).findFirst().orElseThrow();

  /** The usage of the host, which has one attribute more: {@link #busy}. */
  public static final CpuPercent<Kernel> SYSTEM =
      new CpuPercent<>(Field.mask(SystemRecord.TIMES), "boot", CpuPercent::ofSystem);

  private final long fields;
  private final String beginning;
  private final BiFunction<E, Record, Usage> usage;

  /**
   * What is needed to tell the usage of an entity.
   *
   * @param runtimeNs CPU time so far
   * @param startNs boot time at which the entity started
   * @param recent the usage since the last sample; empty: there is none
   */
  private record Usage(Kernel kernel, long runtimeNs, long startNs, Optional<RecentRate> recent) {
    double percent() {
      return recent.map(RecentRate::rate).orElseGet(this::average);
    }

    long windowNs() {
      return recent.map(RecentRate::overNs).orElseGet(this::ageNs);
    }

    double average() {
      long age = ageNs();
      return age == 0 ? 0 : 100.0 * runtimeNs / age;
    }

    private long ageNs() {
      return Math.max(0, kernel.boottimeNs() - startNs);
    }
  }

  private CpuPercent(long fields, String beginning, BiFunction<E, Record, Usage> usage) {
    this.fields = fields;
    this.beginning = beginning;
    this.usage = usage;
  }

  /**
   * The usage of processes.
   *
   * @param kernel the kernel that a process belongs to
   * @param pid the id of a process
   */
  public static <E> CpuPercent<E> ofProcess(Function<E, Kernel> kernel, ToIntFunction<E> pid) {
    return new CpuPercent<>(
        ProcessRecord.RUNTIME.bit() | ProcessRecord.START.bit(),
        "it started",
        (entity, process) -> ofProcess(kernel.apply(entity), pid.applyAsInt(entity), process));
  }

  /**
   * The usage of threads.
   *
   * @param kernel the kernel that a thread belongs to
   * @param pid the id of a thread's process
   * @param tid the id of a thread
   */
  public static <E> CpuPercent<E> ofThread(
      Function<E, Kernel> kernel, ToIntFunction<E> pid, ToIntFunction<E> tid) {
    return new CpuPercent<>(
        ThreadRecord.RUNTIME.bit() | ThreadRecord.START.bit(),
        "it started",
        (entity, thread) -> {
          Kernel of = kernel.apply(entity);
          return new Usage(
              of,
              thread.get(ThreadRecord.RUNTIME),
              thread.get(ThreadRecord.START),
              of.notifier()
                  .recent(
                      METRIC,
                      EntityKind.THREAD,
                      pid.applyAsInt(entity),
                      tid.applyAsInt(entity),
                      thread));
        });
  }

  /**
   * The usage of cgroups. The kernel doesn't say when a cgroup was created, so a usage that is
   * since the host booted is too low for later ones.
   *
   * @param kernel the kernel that a cgroup belongs to
   */
  public static <E> CpuPercent<E> ofCgroup(Function<E, Kernel> kernel) {
    return new CpuPercent<>(
        CgroupRecord.CPU_USAGE.bit(),
        "boot",
        (entity, cgroup) -> {
          Kernel of = kernel.apply(entity);
          return new Usage(
              of,
              cgroup.get(CgroupRecord.CPU_USAGE),
              0,
              of.notifier().recent(METRIC, EntityKind.CGROUP, 0, 0, cgroup));
        });
  }

  /** The usage of a process in percent of one CPU. */
  public static double percent(Kernel kernel, Record process) {
    return ofProcess(kernel, (int) process.get(ProcessRecord.PID), process).percent();
  }

  private static Usage ofProcess(Kernel kernel, int pid, Record process) {
    return new Usage(
        kernel,
        process.get(ProcessRecord.RUNTIME),
        process.get(ProcessRecord.START),
        kernel.notifier().recent(METRIC, EntityKind.PROCESS, pid, 0, process));
  }

  private static Usage ofSystem(Kernel kernel, Record system) {
    return new Usage(
        kernel,
        SystemRecord.busyNs(system),
        0,
        kernel.notifier().recent(METRIC, EntityKind.SYSTEM, 0, 0, system));
  }

  /** The attribute {@code cpu}. */
  public Attribute<E> recent() {
    return attribute(
        "cpu",
        "percent of one CPU over the last cpu.window seconds",
        each -> Values.percent(each.percent()));
  }

  /** The attribute {@code cpu.window}. */
  public Attribute<E> window() {
    return attribute(
        "cpu.window",
        "how long cpu is averaged over: since kifs last sampled it, else since "
            + beginning
            + ", s",
        each -> Values.seconds(each.windowNs()));
  }

  /** The attribute {@code cpu.average}. */
  public Attribute<E> average() {
    return attribute(
        "cpu.average",
        "percent of one CPU since " + beginning,
        each -> Values.percent(each.average()));
  }

  /** The attribute {@code cpu.busy}, which is in percent of all CPUs. */
  public Attribute<E> busy() {
    return attribute(
        "cpu.busy",
        "percent of all CPUs over the last cpu.window seconds",
        each -> Values.percent(each.percent() / each.kernel().source().host().cpus()));
  }

  private Attribute<E> attribute(String name, String doc, Function<Usage, String> text) {
    return new Attribute<>(
        name,
        doc,
        fields,
        (entity, record) ->
            (record.absent() & fields) == 0 ? text.apply(usage.apply(entity, record)) : null);
  }
}
