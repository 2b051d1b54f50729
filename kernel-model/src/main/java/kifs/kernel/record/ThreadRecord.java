package kifs.kernel.record;

/** THREAD, one per thread, in (pid, tid) order. Every figure is the thread's own. */
public final class ThreadRecord {
  private static final Layout LAYOUT =
      new Layout(17, "THREAD", "one per thread, in (pid, tid) order");
  private static final String DIR = "/proc/[pid]/task/[tid]/";

  public static final Field TID =
      LAYOUT.s32("tid", "", "thread id", "the directory's name in /proc/[pid]/task");
  public static final Field PID = LAYOUT.s32("pid", "", "its process", "/proc/[pid]");

  static {
    LAYOUT.absent();
  }

  public static final Field STATE =
      LAYOUT.u8("state", "", "a letter as in ps", DIR + "stat field 3");
  public static final Field POLICY =
      LAYOUT.u8("policy", "", "scheduling policy, SCHED_*", DIR + "stat field 41");
  public static final Field WAIT_KIND =
      LAYOUT.u16(
          "wait_kind",
          "",
          "what it waits for: " + WaitKind.legend(),
          DIR + "syscall and the word it waits on");
  public static final Field PROCESSOR =
      LAYOUT.s32("processor", "", "the one it last ran on", DIR + "stat field 39");
  public static final Field PRIORITY =
      LAYOUT.s32(
          "priority", "", "the kernel's priority, as in stat and top", DIR + "stat field 18");
  public static final Field NICE =
      LAYOUT.s32("nice", "", "-20 (first) to 19 (last)", DIR + "stat field 19");
  public static final Field RT_PRIORITY =
      LAYOUT.u32(
          "rt_priority", "", "1 to 99 under a real-time policy, else 0", DIR + "stat field 40");
  public static final Field WAIT_OWNER =
      LAYOUT.s32(
          "wait_owner_tid",
          "",
          "the thread that holds what this one waits for",
          "the mutex's owner word, or the futex word");
  public static final Field UTIME =
      LAYOUT.u64("utime_ns", "ns", "time in user space", DIR + "stat field 14");
  public static final Field STIME =
      LAYOUT.u64("stime_ns", "ns", "time in the kernel", DIR + "stat field 15");
  public static final Field RUNTIME =
      LAYOUT.u64(
          "runtime_ns", "ns", "time on a processor, to the nanosecond", DIR + "schedstat field 1");
  public static final Field RUN_DELAY =
      LAYOUT.u64(
          "run_delay_ns",
          "ns",
          "time it was ready but waited for a processor",
          DIR + "schedstat field 2");
  public static final Field VOLUNTARY_SWITCHES =
      LAYOUT.u64(
          "voluntary_switches",
          "",
          "times it gave the processor up",
          DIR + "status voluntary_ctxt_switches");
  public static final Field INVOLUNTARY_SWITCHES =
      LAYOUT.u64(
          "involuntary_switches",
          "",
          "times it lost the processor",
          DIR + "status nonvoluntary_ctxt_switches");
  public static final Field MINOR_FAULTS =
      LAYOUT.u64("minor_faults", "", "page faults served without io", DIR + "stat field 10");
  public static final Field MAJOR_FAULTS =
      LAYOUT.u64("major_faults", "", "page faults that needed io", DIR + "stat field 12");
  public static final Field START =
      LAYOUT.u64("start_ns", "ns", "boot time at which it started", DIR + "stat field 22");
  public static final Field LAST_RAN =
      LAYOUT.u64(
          "last_ran_ns",
          "ns",
          "boot time at which it last ran: blocked since then",
          DIR + "sched se.exec_start");
  public static final Field SYSCALL =
      LAYOUT.s64(
          "syscall",
          "",
          "number of the system call it is blocked in; -1: blocked, but in none",
          DIR + "syscall field 1");
  public static final Field SYSCALL_ARG0 =
      LAYOUT.u64("syscall_arg0", "", "that call's first argument", DIR + "syscall field 2");
  public static final Field WAIT_OBJECT =
      LAYOUT.u64(
          "wait_object",
          "",
          "what it waits for: address of the futex word, or fd of the locked file",
          DIR + "syscall");
  public static final Field RCHAR =
      LAYOUT.u64("rchar_bytes", "bytes", "read by read(2) and the like", DIR + "io rchar");
  public static final Field WCHAR =
      LAYOUT.u64("wchar_bytes", "bytes", "written by write(2) and the like", DIR + "io wchar");
  public static final Field SYSCR = LAYOUT.u64("syscr", "", "read system calls", DIR + "io syscr");
  public static final Field SYSCW = LAYOUT.u64("syscw", "", "write system calls", DIR + "io syscw");
  public static final Field READ =
      LAYOUT.u64("read_bytes", "bytes", "read from storage", DIR + "io read_bytes");
  public static final Field WRITE =
      LAYOUT.u64("write_bytes", "bytes", "sent to storage", DIR + "io write_bytes");
  public static final Field CANCELLED_WRITE =
      LAYOUT.u64(
          "cancelled_write_bytes",
          "bytes",
          "of write_bytes, truncated before it was written",
          DIR + "io cancelled_write_bytes");
  public static final Field WAIT_CHANNEL =
      LAYOUT.chars(
          "wait_channel",
          32,
          "kernel function it sleeps in, NUL-padded; what is longer is cut off",
          DIR + "wchan");
  public static final Field COMM =
      LAYOUT.chars("comm", 16, "the thread's name, NUL-padded", DIR + "stat field 2");

  public static final RecordType TYPE = LAYOUT.fixed();

  private ThreadRecord() {}
}
