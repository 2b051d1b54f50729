package kifs.kernel.record;

import java.util.List;
import java.util.stream.IntStream;

/** SYSTEM, one per bulk: the host as a whole. */
public final class SystemRecord {
  private static final Layout LAYOUT = new Layout(8, "SYSTEM", "the host");

  public static final Field BOOT =
      LAYOUT.s64(
          "boot_realtime_ns",
          "ns",
          "wall-clock time at which the host booted",
          "/proc/stat, btime");

  static {
    LAYOUT.absent();
  }

  /** user, nice, system, idle, iowait, irq, softirq, steal, guest, guest nice. */
  public static final List<Field> TIMES = CpuTimes.in(LAYOUT, "cpu");

  /** user, nice, system, irq, softirq, steal; guests are part of the first two. */
  private static final List<Field> BUSY =
      IntStream.of(0, 1, 2, 5, 6, 7).mapToObj(TIMES::get).toList();

  public static final Field LOAD1 =
      LAYOUT.f64("load1", "", "load average of one minute", "/proc/loadavg, field 1");
  public static final Field LOAD5 =
      LAYOUT.f64("load5", "", "load average of five minutes", "/proc/loadavg, field 2");
  public static final Field LOAD15 =
      LAYOUT.f64("load15", "", "load average of fifteen minutes", "/proc/loadavg, field 3");
  public static final Field MEMORY_TOTAL =
      memory("memory_total_bytes", "usable memory", "MemTotal");
  public static final Field MEMORY_FREE = memory("memory_free_bytes", "unused memory", "MemFree");
  public static final Field MEMORY_AVAILABLE =
      memory(
          "memory_available_bytes",
          "memory that programs can get without swapping",
          "MemAvailable");
  public static final Field MEMORY_BUFFERS =
      memory("memory_buffers_bytes", "memory that caches block devices", "Buffers");
  public static final Field MEMORY_CACHED =
      memory("memory_cached_bytes", "memory that caches files, shared memory included", "Cached");
  public static final Field MEMORY_SHMEM =
      memory("memory_shmem_bytes", "shared memory and tmpfs", "Shmem");
  public static final Field SWAP_TOTAL =
      memory("swap_total_bytes", "total swap space", "SwapTotal");
  public static final Field SWAP_FREE = memory("swap_free_bytes", "unused swap space", "SwapFree");
  public static final Field PROCESSES =
      LAYOUT.u64("processes", "", "number of processes, zombies included", "entries of /proc");
  public static final Field THREADS =
      LAYOUT.u64(
          "threads",
          "",
          "number of threads of all processes",
          "/proc/loadavg, field 4 after the slash");
  public static final Field RUNNABLE =
      LAYOUT.u64(
          "runnable", "", "threads that run or are ready to run", "/proc/stat, procs_running");
  public static final Field BLOCKED =
      LAYOUT.u64("blocked", "", "threads that wait for I/O", "/proc/stat, procs_blocked");
  public static final Field FORKS =
      LAYOUT.counter(
          "forks", "", "processes and threads created since boot", "/proc/stat, processes");
  public static final Field CONTEXT_SWITCHES =
      LAYOUT.counter("context_switches", "", "context switches since boot", "/proc/stat, ctxt");
  public static final Field INTERRUPTS =
      LAYOUT.counter(
          "interrupts", "", "interrupts served since boot", "/proc/stat, intr, first number");
  public static final Field FILES_OPEN =
      LAYOUT.u64(
          "files_open",
          "",
          "number of open file descriptions",
          "/proc/sys/fs/file-nr, fields 1 - 2");
  public static final Field FILES_MAX =
      LAYOUT.u64(
          "files_max",
          "",
          "maximum number of open file descriptions",
          "/proc/sys/fs/file-nr, field 3");

  public static final Pressure CPU_SOME = pressure("cpu", "some");
  public static final Pressure CPU_FULL = pressure("cpu", "full");
  public static final Pressure MEMORY_SOME = pressure("memory", "some");
  public static final Pressure MEMORY_FULL = pressure("memory", "full");
  public static final Pressure IO_SOME = pressure("io", "some");
  public static final Pressure IO_FULL = pressure("io", "full");

  public static final Field OOM_KILLS =
      LAYOUT.counter(
          "oom_kills",
          "",
          "processes killed for lack of memory since boot",
          "/proc/vmstat, oom_kill");
  public static final Field MEMORY_HUGE =
      LAYOUT.u64(
          "memory_huge_bytes",
          "bytes",
          "memory in the pool of huge pages of the default size, used or not",
          "/proc/meminfo, HugePages_Total * Hugepagesize");
  public static final Field MEMORY_HUGE_FREE =
      LAYOUT.u64(
          "memory_huge_free_bytes",
          "bytes",
          "unused memory in that pool",
          "/proc/meminfo, HugePages_Free * Hugepagesize");

  public static final RecordType TYPE = LAYOUT.fixed();

  /** CPU time of all CPUs since boot, except idle and iowait, ns. */
  public static long busyNs(Record system) {
    long busy = 0;
    for (Field time : BUSY) {
      busy += system.get(time);
    }
    return busy;
  }

  private static Pressure pressure(String resource, String share) {
    return new Pressure(LAYOUT, resource, share, "/proc/pressure/" + resource, 10, 60, 300);
  }

  private static Field memory(String name, String what, String line) {
    return LAYOUT.u64(name, "bytes", what, "/proc/meminfo, " + line);
  }

  private SystemRecord() {}
}
