package kifs.kernel.record;

import java.util.List;

/**
 * CGROUP, one per cgroup. A parent precedes its children, and siblings are in the order of their
 * names. The path is in a TEXT record.
 *
 * <p>Figures are hierarchical, as the kernel's are: a group's CPU time or memory includes that of
 * the groups below it. On a host with cgroup v1, a record has the figures of every hierarchy in
 * which the path exists. A limit with all bits set is no limit.
 */
public final class CgroupRecord {
  private static final Layout LAYOUT =
      new Layout(25, "CGROUP", "one per cgroup, each followed by those below it");

  private static final String FILES = "/sys/fs/cgroup: ";

  /** Bits of {@link #VERSIONS}. */
  public static final int V1 = 1;

  public static final int V2 = 1 << 1;

  /** Names of the values of {@link #KIND}; the index is the value. */
  public static final List<String> KINDS =
      List.of("domain", "domain threaded", "domain invalid", "threaded");

  /** Names of the bits of {@link #CONTROLLERS}; the index is the bit's number. */
  public static final List<String> CONTROLLER_NAMES =
      List.of(
          "cpu",
          "cpuacct",
          "cpuset",
          "memory",
          "io",
          "pids",
          "freezer",
          "devices",
          "hugetlb",
          "perf_event",
          "net_cls",
          "net_prio",
          "rdma",
          "misc");

  public static final Field ID =
      LAYOUT.u64(
          "id",
          "",
          "the kernel's id of the cgroup, as cgroup_id of PROCESS; bit 63 is set if only v1 has the"
              + " path: the id is then made of a hierarchy and an inode number. Ids are not used"
              + " again",
          FILES + "inode number of the directory");

  static {
    LAYOUT.absent();
  }

  public static final Field PARENT =
      LAYOUT.u64(
          "parent_id",
          "",
          "id of the cgroup above; 0: this is the root",
          FILES + "inode number of the directory above");
  public static final Field PATH_OFFSET = LAYOUT.textOffset("path_offset", "the path", Guard.OPEN);
  public static final Field PATH_LENGTH =
      LAYOUT.u32(
          "path_length",
          "",
          "bytes of the path from the root of the hierarchy, as in /proc/[pid]/cgroup",
          "",
          Guard.OPEN);
  public static final Field DEPTH =
      LAYOUT.u32("depth", "", "levels below the root; 0: this is the root", "", Guard.OPEN);
  public static final Field VERSIONS =
      LAYOUT.u32(
          "versions",
          "",
          "bit 0: a hierarchy of cgroup v1 has the path; bit 1: cgroup v2 has it",
          FILES + "mounts");
  public static final Field CONTROLLERS =
      LAYOUT.u32(
          "controllers",
          "",
          "controllers that the group can have: " + legend(CONTROLLER_NAMES, "bit "),
          FILES + "cgroup.controllers; v1: the hierarchies that have the path");
  public static final Field KIND = LAYOUT.u32("kind", "", legend(KINDS, ""), FILES + "cgroup.type");
  public static final Field POPULATED =
      LAYOUT.u32(
          "populated",
          "",
          "1: the group or one below it has a process; 0: none has",
          FILES + "cgroup.events populated");
  public static final Field FROZEN =
      LAYOUT.u32(
          "frozen",
          "",
          "1: all processes of the group are frozen; 0: they are not",
          FILES + "cgroup.events frozen; v1: freezer.state");
  public static final Field DESCENDANTS =
      LAYOUT.u32(
          "descendants",
          "",
          "number of cgroups below this one, at any level",
          FILES + "cgroup.stat nr_descendants");
  public static final Field DYING =
      LAYOUT.u64(
          "dying_descendants",
          "",
          "number of removed cgroups below this one that still hold memory or other resources",
          FILES + "cgroup.stat nr_dying_descendants");

  public static final Field CPU_USAGE =
      time("cpu_usage_ns", "CPU time used", "cpu.stat usage_usec; v1: cpuacct.usage");
  public static final Field CPU_USER =
      time(
          "cpu_user_ns",
          "CPU time used in user mode",
          "cpu.stat user_usec; v1: cpuacct.usage_user");
  public static final Field CPU_SYSTEM =
      time(
          "cpu_system_ns",
          "CPU time used in the kernel",
          "cpu.stat system_usec; v1: cpuacct.usage_sys");
  public static final Field CPU_PERIODS =
      LAYOUT.counter(
          "cpu_periods",
          "",
          "periods of the CPU limit in which a thread of the group could run",
          FILES + "cpu.stat nr_periods");
  public static final Field CPU_THROTTLED =
      LAYOUT.counter(
          "cpu_throttled",
          "",
          "periods in which the group used up its CPU limit and had to wait",
          FILES + "cpu.stat nr_throttled");
  public static final Field CPU_THROTTLED_TIME =
      LAYOUT.counter(
          "cpu_throttled_ns",
          "ns",
          "time for which the group had to wait, added up over the CPUs",
          FILES + "cpu.stat throttled_usec; v1: throttled_time");
  public static final Field CPU_QUOTA =
      time(
          "cpu_quota_ns",
          "CPU time that the group may use in each period",
          "cpu.max; v1: cpu.cfs_quota_us");
  public static final Field CPU_PERIOD =
      time("cpu_period_ns", "the period of the CPU limit", "cpu.max; v1: cpu.cfs_period_us");
  public static final Field CPU_WEIGHT =
      LAYOUT.u64(
          "cpu_weight",
          "",
          "share of the CPU among siblings: 1 to 10000, 100 is usual",
          FILES + "cpu.weight; v1: cpu.shares * 100 / 1024");

  public static final Field MEMORY =
      bytes(
          "memory_bytes",
          "memory that is charged to the group",
          "memory.current; v1: memory.usage_in_bytes");
  public static final Field MEMORY_PEAK =
      bytes(
          "memory_peak_bytes",
          "largest memory so far",
          "memory.peak; v1: memory.max_usage_in_bytes");
  public static final Field MEMORY_LOW =
      bytes("memory_low_bytes", "memory that is reclaimed last", "memory.low");
  public static final Field MEMORY_HIGH =
      bytes(
          "memory_high_bytes",
          "memory above which the group is slowed down and reclaimed from",
          "memory.high");
  public static final Field MEMORY_LIMIT =
      bytes(
          "memory_limit_bytes",
          "memory that the group can't exceed",
          "memory.max; v1: memory.limit_in_bytes");
  public static final Field MEMORY_EFFECTIVE =
      bytes(
          "memory_limit_effective_bytes",
          "the smallest of the memory limits of the group and of those above it, and of the host's"
              + " memory",
          "memory.max of each group on the way up; v1: memory.limit_in_bytes; /proc/meminfo");
  public static final Field SWAP =
      bytes(
          "swap_bytes",
          "memory that is swapped out",
          "memory.swap.current; v1: memory.stat total_swap");
  public static final Field SWAP_LIMIT =
      bytes("swap_limit_bytes", "swap space that the group can't exceed", "memory.swap.max");
  public static final Field ANON =
      bytes("anon_bytes", "anonymous memory", "memory.stat anon; v1: total_rss");
  public static final Field FILE =
      bytes(
          "file_bytes",
          "memory that caches files, tmpfs included",
          "memory.stat file; v1: total_cache");
  public static final Field SHMEM =
      bytes(
          "shmem_bytes",
          "shared memory and tmpfs, part of file_bytes",
          "memory.stat shmem; v1: total_shmem");
  public static final Field MAJOR_FAULTS =
      count(
          "major_faults",
          "page faults that needed I/O",
          "memory.stat pgmajfault; v1: total_pgmajfault");
  public static final Field LOW_EVENTS =
      count(
          "memory_low_events",
          "times that memory below memory_low_bytes was reclaimed",
          "memory.events low");
  public static final Field HIGH_EVENTS =
      count(
          "memory_high_events",
          "times that a process was slowed down because the group exceeded memory_high_bytes",
          "memory.events high");
  public static final Field MAX_EVENTS =
      count(
          "memory_max_events",
          "times that the group was about to exceed its memory limit",
          "memory.events max; v1: memory.failcnt, of the group alone");
  public static final Field OOM_EVENTS =
      count(
          "oom_events",
          "times that an allocation was about to fail for lack of memory below the limit",
          "memory.events oom");
  public static final Field OOM_KILLS =
      count(
          "oom_kills",
          "processes that the OOM killer killed",
          "memory.events oom_kill; v1: memory.oom_control oom_kill, of the group alone");

  public static final Field PIDS = count("pids", "number of threads", "pids.current");
  public static final Field PIDS_LIMIT =
      count("pids_limit", "threads that the group can't exceed", "pids.max");
  public static final Field PIDS_PEAK =
      count("pids_peak", "largest number of threads so far", "pids.peak");
  public static final Field PIDS_REFUSED =
      count(
          "pids_refused",
          "forks that failed because of a limit on the number of threads",
          "pids.events max");

  public static final Field READ =
      bytes(
          "read_bytes",
          "bytes read from block devices",
          "io.stat rbytes; v1: blkio.throttle.io_service_bytes_recursive");
  public static final Field WRITE =
      bytes(
          "write_bytes",
          "bytes written to block devices",
          "io.stat wbytes; v1: blkio.throttle.io_service_bytes_recursive");
  public static final Field READS =
      count(
          "reads",
          "read requests to block devices",
          "io.stat rios; v1: blkio.throttle.io_serviced_recursive");
  public static final Field WRITES =
      count(
          "writes",
          "write requests to block devices",
          "io.stat wios; v1: blkio.throttle.io_serviced_recursive");

  public static final Pressure CPU_SOME = pressure("cpu", "some");
  public static final Pressure CPU_FULL = pressure("cpu", "full");
  public static final Pressure MEMORY_SOME = pressure("memory", "some");
  public static final Pressure MEMORY_FULL = pressure("memory", "full");
  public static final Pressure IO_SOME = pressure("io", "some");
  public static final Pressure IO_FULL = pressure("io", "full");

  public static final RecordType TYPE = LAYOUT.fixed();

  private CgroupRecord() {}

  /**
   * The number of levels of a path below the root.
   *
   * @param path begins with a slash, and has none at its end unless it is the root
   */
  public static int depth(String path) {
    return path.length() == 1 ? 0 : (int) path.chars().filter(c -> c == '/').count();
  }

  private static String legend(List<String> names, String prefix) {
    StringBuilder legend = new StringBuilder();
    for (int i = 0; i < names.size(); i++) {
      legend.append(i == 0 ? "" : ", ").append(prefix).append(i).append(' ').append(names.get(i));
    }
    return legend.toString();
  }

  private static Field time(String name, String what, String file) {
    return LAYOUT.u64(name, "ns", what, FILES + file);
  }

  private static Field bytes(String name, String what, String file) {
    return LAYOUT.u64(name, "bytes", what, FILES + file);
  }

  private static Field count(String name, String what, String file) {
    return LAYOUT.u64(name, "", what, FILES + file);
  }

  private static Pressure pressure(String resource, String share) {
    return new Pressure(LAYOUT, resource, share, FILES + resource + ".pressure", 10);
  }
}
