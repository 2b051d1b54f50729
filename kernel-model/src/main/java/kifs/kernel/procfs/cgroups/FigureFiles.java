package kifs.kernel.procfs.cgroups;

import static kifs.kernel.record.CgroupRecord.*;

import java.util.List;
import kifs.kernel.procfs.host.PressureFile;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.record.Field;
import kifs.kernel.record.Pressure;
import org.jspecify.annotations.Nullable;

/** The table of the files of a cgroup's directory, and of the fields that each has. Immutable. */
final class FigureFiles {
  private static final long NS_PER_US = 1000;
  private static final String CPU = "cpu";
  private static final String ACCOUNT = "cpuacct";
  private static final String MEM = "memory";
  private static final String TASKS = "pids";
  private static final String BLOCK = "io";

  static final FigureFile V2_CONTROLLERS =
      v2("cgroup.controllers", null, CONTROLLERS.bit(), CgroupTexts::controllers);

  /** The files that have the memory limit, of v2 and of v1. */
  static final FigureFile V2_LIMIT = v2("memory.max", MEM, MEMORY_LIMIT);

  static final FigureFile V1_LIMIT = v1("memory.limit_in_bytes", MEM, MEMORY_LIMIT);

  static final List<FigureFile> ALL =
      List.of(
          v2(
              "cpu.stat",
              null,
              new KeyedFile()
                  .with("usage_usec", CPU_USAGE, NS_PER_US)
                  .with("user_usec", CPU_USER, NS_PER_US)
                  .with("system_usec", CPU_SYSTEM, NS_PER_US)
                  .with("nr_periods", CPU_PERIODS)
                  .with("nr_throttled", CPU_THROTTLED)
                  .with("throttled_usec", CPU_THROTTLED_TIME, NS_PER_US)),
          v2("cpu.max", CPU, CPU_QUOTA.bit() | CPU_PERIOD.bit(), CgroupTexts::cpuMax),
          v2("cpu.weight", CPU, CPU_WEIGHT),
          v2("memory.current", MEM, MEMORY),
          v2("memory.peak", MEM, MEMORY_PEAK),
          v2("memory.low", MEM, MEMORY_LOW),
          v2("memory.high", MEM, MEMORY_HIGH),
          V2_LIMIT,
          v2("memory.swap.current", MEM, SWAP),
          v2("memory.swap.max", MEM, SWAP_LIMIT),
          v2(
              "memory.events",
              MEM,
              new KeyedFile()
                  .with("low", LOW_EVENTS)
                  .with("high", HIGH_EVENTS)
                  .with("max", MAX_EVENTS)
                  .with("oom", OOM_EVENTS)
                  .with("oom_kill", OOM_KILLS)),
          v2(
              "memory.stat",
              MEM,
              new KeyedFile()
                  .with("anon", ANON)
                  .with("file", FILE)
                  .with("shmem", SHMEM)
                  .with("pgmajfault", MAJOR_FAULTS)),
          v2("pids.current", TASKS, PIDS),
          v2("pids.max", TASKS, PIDS_LIMIT),
          v2("pids.peak", TASKS, PIDS_PEAK),
          v2("pids.events", TASKS, new KeyedFile().with("max", PIDS_REFUSED)),
          v2("io.stat", BLOCK, Field.mask(READ, WRITE, READS, WRITES), IoFiles::stat),
          v2(
              "cgroup.events",
              null,
              new KeyedFile().with("populated", POPULATED).with("frozen", FROZEN)),
          v2(
              "cgroup.stat",
              null,
              new KeyedFile()
                  .with("nr_descendants", DESCENDANTS)
                  .with("nr_dying_descendants", DYING)),
          v2("cgroup.type", null, KIND.bit(), CgroupTexts::kind),
          V2_CONTROLLERS,
          pressure(CPU_SOME, CPU_FULL),
          pressure(MEMORY_SOME, MEMORY_FULL),
          pressure(IO_SOME, IO_FULL),
          v1("cpuacct.usage", ACCOUNT, CPU_USAGE),
          v1("cpuacct.usage_user", ACCOUNT, CPU_USER),
          v1("cpuacct.usage_sys", ACCOUNT, CPU_SYSTEM),
          v1(
              "cpu.stat",
              CPU,
              new KeyedFile()
                  .with("nr_periods", CPU_PERIODS)
                  .with("nr_throttled", CPU_THROTTLED)
                  .with("throttled_time", CPU_THROTTLED_TIME)),
          v1(
              "cpu.cfs_quota_us",
              CPU,
              CPU_QUOTA.bit(),
              (in, fields, into) -> CgroupTexts.number(in, CPU_QUOTA, NS_PER_US, into)),
          v1(
              "cpu.cfs_period_us",
              CPU,
              CPU_PERIOD.bit(),
              (in, fields, into) -> CgroupTexts.number(in, CPU_PERIOD, NS_PER_US, into)),
          v1("cpu.shares", CPU, CPU_WEIGHT.bit(), CgroupTexts::shares),
          v1("memory.usage_in_bytes", MEM, MEMORY),
          v1("memory.max_usage_in_bytes", MEM, MEMORY_PEAK),
          V1_LIMIT,
          v1("memory.failcnt", MEM, MAX_EVENTS),
          v1("memory.oom_control", MEM, new KeyedFile().with("oom_kill", OOM_KILLS)),
          v1(
              "memory.stat",
              MEM,
              new KeyedFile()
                  .with("total_rss", ANON)
                  .with("total_cache", FILE)
                  .with("total_shmem", SHMEM)
                  .with("total_swap", SWAP)
                  .with("total_pgmajfault", MAJOR_FAULTS)),
          v1("pids.current", TASKS, PIDS),
          v1("pids.max", TASKS, PIDS_LIMIT),
          v1("pids.peak", TASKS, PIDS_PEAK),
          v1("pids.events", TASKS, new KeyedFile().with("max", PIDS_REFUSED)),
          v1(
              "blkio.throttle.io_service_bytes_recursive",
              BLOCK,
              READ.bit() | WRITE.bit(),
              (in, fields, into) -> IoFiles.throttle(in, fields, READ, WRITE, into)),
          v1(
              "blkio.throttle.io_serviced_recursive",
              BLOCK,
              READS.bit() | WRITES.bit(),
              (in, fields, into) -> IoFiles.throttle(in, fields, READS, WRITES, into)),
          v1("freezer.state", "freezer", FROZEN.bit(), CgroupTexts::frozen));

  static final long PRESSURE_FIELDS =
      PressureFile.fields(CPU_SOME, CPU_FULL)
          | PressureFile.fields(MEMORY_SOME, MEMORY_FULL)
          | PressureFile.fields(IO_SOME, IO_FULL);

  private FigureFiles() {}

  private static FigureFile v2(
      String name, @Nullable String controller, long fields, FigureFile.Parser parser) {
    return new FigureFile(new FileName(name), true, controller, fields, parser);
  }

  private static FigureFile v1(
      String name, String controller, long fields, FigureFile.Parser parser) {
    return new FigureFile(new FileName(name), false, controller, fields, parser);
  }

  private static FigureFile v2(String name, @Nullable String controller, KeyedFile keys) {
    return v2(name, controller, keys.fields(), keys);
  }

  private static FigureFile v1(String name, String controller, KeyedFile keys) {
    return v1(name, controller, keys.fields(), keys);
  }

  /** A file that has one number, or {@code max}. */
  private static FigureFile v2(String name, String controller, Field field) {
    return v2(name, controller, field.bit(), number(field));
  }

  /** A file that has one number. */
  private static FigureFile v1(String name, String controller, Field field) {
    return v1(name, controller, field.bit(), number(field));
  }

  private static FigureFile.Parser number(Field field) {
    return (in, fields, into) -> CgroupTexts.number(in, field, 1, into);
  }

  private static FigureFile pressure(Pressure some, Pressure full) {
    return v2(
        some.resource() + ".pressure",
        null,
        PressureFile.fields(some, full),
        (in, fields, into) -> PressureFile.parse(in, fields, some, full, into));
  }
}
