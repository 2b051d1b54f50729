package kifs.kernel.record;

/**
 * PROCESS, one per process (thread group), in pid order. Figures that the kernel keeps for the
 * group are those of the group, dead threads included. The documentation of a figure that the
 * kernel keeps only per thread says so.
 */
public final class ProcessRecord {
  private static final Layout LAYOUT = new Layout(16, "PROCESS", "one per process, in pid order");

  public static final Field PID =
      LAYOUT.s32("pid", "", "process id", "the directory's name in /proc");
  public static final Field PPID =
      LAYOUT.s32("ppid", "", "parent's process id", "/proc/[pid]/stat field 4");

  static {
    LAYOUT.absent();
  }

  public static final Field PGID =
      LAYOUT.s32("pgid", "", "process group id", "/proc/[pid]/stat field 5");
  public static final Field SID = LAYOUT.s32("sid", "", "session id", "/proc/[pid]/stat field 6");
  public static final Field UID = LAYOUT.u32("uid", "", "real user id", "/proc/[pid]/status Uid");
  public static final Field GID = LAYOUT.u32("gid", "", "real group id", "/proc/[pid]/status Gid");
  public static final Field EUID =
      LAYOUT.u32("euid", "", "effective user id", "/proc/[pid]/status Uid, second number");
  public static final Field EGID =
      LAYOUT.u32("egid", "", "effective group id", "/proc/[pid]/status Gid, second number");
  public static final Field STATE =
      LAYOUT.u8(
          "state",
          "",
          "the state of the main thread, or of the first living thread if the main thread has"
              + " ended: a letter as in ps",
          "/proc/[pid]/stat field 3");
  public static final Field POLICY =
      LAYOUT.u8("policy", "", "scheduling policy, SCHED_*", "/proc/[pid]/stat field 41");

  public static final Field OOM_SCORE =
      LAYOUT.u16(
          "oom_score",
          "",
          "how likely the OOM killer is to choose this process",
          "/proc/[pid]/oom_score");
  public static final Field THREADS =
      LAYOUT.u32("threads", "", "number of live threads", "/proc/[pid]/stat field 20");
  public static final Field PRIORITY =
      LAYOUT.s32(
          "priority", "", "the kernel's priority, as in stat and top", "/proc/[pid]/stat field 18");
  public static final Field NICE =
      LAYOUT.s32(
          "nice",
          "",
          "-20 (highest priority) to 19 (lowest priority)",
          "/proc/[pid]/stat field 19");
  public static final Field OOM_SCORE_ADJ =
      LAYOUT.s32(
          "oom_score_adj",
          "",
          "-1000 (never killed) to 1000 (killed first)",
          "/proc/[pid]/oom_score_adj");
  public static final Field TASK_FLAGS =
      LAYOUT.u32("task_flags", "", "PF_* flags of the main thread", "/proc/[pid]/stat field 9");
  public static final Field FDS =
      LAYOUT.u32(
          "fds",
          "",
          "number of open file descriptors, of all threads",
          "/proc/[pid]/fd, st_size or entries");
  // 32 bits are enough: the kernel allows no limit above fs.nr_open, which is less than 2^31.
  public static final Field FD_LIMIT =
      LAYOUT.u32(
          "fd_limit",
          "",
          "maximum number of open file descriptors (soft limit)",
          "prlimit(2) RLIMIT_NOFILE");
  public static final Field START =
      LAYOUT.u64(
          "start_ns", "ns", "boot time at which the process started", "/proc/[pid]/stat field 22");
  public static final Field UTIME =
      LAYOUT.counter(
          "utime_ns",
          "ns",
          "CPU time in user space, dead threads included",
          "/proc/[pid]/stat field 14");
  public static final Field STIME =
      LAYOUT.counter(
          "stime_ns",
          "ns",
          "CPU time in the kernel, dead threads included",
          "/proc/[pid]/stat field 15");
  public static final Field CHILDREN_UTIME =
      LAYOUT.counter(
          "children_utime_ns",
          "ns",
          "CPU time in user space of children that the process has waited for",
          "/proc/[pid]/stat field 16");
  public static final Field CHILDREN_STIME =
      LAYOUT.counter(
          "children_stime_ns",
          "ns",
          "CPU time in the kernel of children that the process has waited for",
          "/proc/[pid]/stat field 17");
  public static final Field RUNTIME =
      LAYOUT.counter(
          "runtime_ns",
          "ns",
          "CPU time, exact to the nanosecond, dead threads included",
          "the process's CPU-time clock, clock_getcpuclockid(3)");
  public static final Field RUN_DELAY =
      LAYOUT.counter(
          "run_delay_ns",
          "ns",
          "time that the main thread was ready to run but waited for a CPU",
          "/proc/[pid]/schedstat field 2");
  public static final Field MINOR_FAULTS =
      LAYOUT.counter(
          "minor_faults",
          "",
          "page faults served without I/O, dead threads included",
          "/proc/[pid]/stat field 10");
  public static final Field MAJOR_FAULTS =
      LAYOUT.counter(
          "major_faults",
          "",
          "page faults that needed I/O, dead threads included",
          "/proc/[pid]/stat field 12");
  public static final Field CHILDREN_MINOR_FAULTS =
      LAYOUT.counter(
          "children_minor_faults",
          "",
          "minor faults of children that the process has waited for",
          "/proc/[pid]/stat field 11");
  public static final Field CHILDREN_MAJOR_FAULTS =
      LAYOUT.counter(
          "children_major_faults",
          "",
          "major faults of children that the process has waited for",
          "/proc/[pid]/stat field 13");
  public static final Field VOLUNTARY_SWITCHES =
      LAYOUT.counter(
          "voluntary_switches",
          "",
          "times that the main thread gave up its CPU; the sum over THREAD records has all threads",
          "/proc/[pid]/status voluntary_ctxt_switches");
  public static final Field INVOLUNTARY_SWITCHES =
      LAYOUT.counter(
          "involuntary_switches",
          "",
          "times that the main thread was made to leave its CPU; the sum over THREAD records has"
              + " all threads",
          "/proc/[pid]/status nonvoluntary_ctxt_switches");
  public static final Field VSIZE =
      LAYOUT.u64("vsize_bytes", "bytes", "virtual memory", "/proc/[pid]/statm field 1");
  public static final Field RSS =
      LAYOUT.u64("rss_bytes", "bytes", "resident memory", "/proc/[pid]/statm field 2");
  public static final Field RSS_ANON =
      LAYOUT.u64(
          "rss_anon_bytes", "bytes", "resident anonymous memory", "/proc/[pid]/status RssAnon");
  public static final Field RSS_FILE =
      LAYOUT.u64(
          "rss_file_bytes",
          "bytes",
          "resident memory of mapped files",
          "/proc/[pid]/status RssFile");
  public static final Field RSS_SHMEM =
      LAYOUT.u64(
          "rss_shmem_bytes", "bytes", "resident shared memory", "/proc/[pid]/status RssShmem");
  public static final Field RSS_PEAK =
      LAYOUT.u64("rss_peak_bytes", "bytes", "peak of resident memory", "/proc/[pid]/status VmHWM");
  public static final Field SWAP =
      LAYOUT.u64(
          "swap_bytes",
          "bytes",
          "anonymous memory that is swapped out",
          "/proc/[pid]/status VmSwap");
  public static final Field RCHAR =
      LAYOUT.counter(
          "rchar_bytes",
          "bytes",
          "bytes read by read(2) and similar calls",
          "/proc/[pid]/io rchar");
  public static final Field WCHAR =
      LAYOUT.counter(
          "wchar_bytes",
          "bytes",
          "bytes written by write(2) and similar calls",
          "/proc/[pid]/io wchar");
  public static final Field SYSCR =
      LAYOUT.counter("syscr", "", "number of read system calls", "/proc/[pid]/io syscr");
  public static final Field SYSCW =
      LAYOUT.counter("syscw", "", "number of write system calls", "/proc/[pid]/io syscw");
  public static final Field READ =
      LAYOUT.counter("read_bytes", "bytes", "bytes read from storage", "/proc/[pid]/io read_bytes");
  public static final Field WRITE =
      LAYOUT.counter("write_bytes", "bytes", "bytes sent to storage", "/proc/[pid]/io write_bytes");
  public static final Field CANCELLED_WRITE =
      LAYOUT.counter(
          "cancelled_write_bytes",
          "bytes",
          "the part of write_bytes that was truncated before it was written",
          "/proc/[pid]/io cancelled_write_bytes");
  public static final Field CGROUP_ID =
      LAYOUT.u64(
          "cgroup_id",
          "",
          "cgroup v2 id: the inode number of its directory",
          "/proc/[pid]/cgroup, line 0::");
  public static final Field COMM =
      LAYOUT.chars(
          "comm",
          16,
          "command name, NUL-padded; of a worker of the kernel at most 15 bytes, the attribute comm"
              + " has all",
          "/proc/[pid]/stat field 2");
  public static final Field SHM =
      LAYOUT.u64(
          "shm_bytes",
          "bytes",
          "shared-memory objects that are mapped so that other processes can share them",
          "/proc/[pid]/maps");
  public static final Field RSS_HUGE =
      LAYOUT.u64(
          "rss_huge_bytes",
          "bytes",
          "memory in huge pages of hugetlbfs, private or shared; rss_bytes doesn't count it",
          "/proc/[pid]/status HugetlbPages");
  public static final Field CAPABILITIES =
      LAYOUT.u64(
          "capabilities",
          "",
          "permitted capabilities: bit n is CAP_* number n",
          "/proc/[pid]/status CapPrm");

  /** The value of VIEWER_UID and VIEWER_GID if no such user exists. */
  public static final long NO_VIEWER = 0xFFFF_FFFFL;

  public static final Field VIEWER_UID =
      LAYOUT.u32(
          "viewer_uid",
          "",
          "user id of those who may see the guarded fields without CAP_SYS_PTRACE, if they have the"
              + " group viewer_gid and all of the process's capabilities; 4294967295: nobody",
          "/proc/[pid]/status Uid, owner of /proc/[pid]/fd, /proc/[pid]/ns/user",
          Guard.OPEN);
  public static final Field VIEWER_GID =
      LAYOUT.u32(
          "viewer_gid",
          "",
          "group id that they must have; 4294967295: nobody",
          "/proc/[pid]/status Gid, owner of /proc/[pid]/fd, /proc/[pid]/ns/user",
          Guard.OPEN);

  /** The mask of the fields that decide who may see the guarded fields. */
  public static final long VIEWER = CAPABILITIES.bit() | VIEWER_UID.bit() | VIEWER_GID.bit();

  public static final RecordType TYPE = LAYOUT.fixed();

  private ProcessRecord() {}
}
