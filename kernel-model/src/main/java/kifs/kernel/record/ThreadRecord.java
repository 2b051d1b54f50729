package kifs.kernel.record;

/** THREAD, one per thread, in (pid, tid) order. Every figure is the thread's own. */
public final class ThreadRecord {
  private static final Layout LAYOUT =
      new Layout(17, "THREAD", "one per thread, in (pid, tid) order");
  private static final String DIR = "/proc/[pid]/task/[tid]/";

  public static final Field TID =
      LAYOUT.s32("tid", "", "thread id", "the directory's name in /proc/[pid]/task");
  public static final Field PID =
      LAYOUT.s32("pid", "", "process id of the thread's process", "/proc/[pid]");

  static {
    LAYOUT.absent();
  }

  public static final Field STATE =
      LAYOUT.u8("state", "", "the thread's state: a letter as in ps", DIR + "stat field 3");
  public static final Field POLICY =
      LAYOUT.u8("policy", "", "scheduling policy, SCHED_*", DIR + "stat field 41");
  public static final Field WAIT_KIND =
      LAYOUT.u16(
          "wait_kind",
          WaitKind.NAMES,
          "what the thread waits for",
          DIR + "syscall and the word it waits on");
  public static final Field PROCESSOR =
      LAYOUT.s32("processor", "", "CPU that the thread last ran on", DIR + "stat field 39");
  public static final Field PRIORITY =
      LAYOUT.s32(
          "priority", "", "the kernel's priority, as in stat and top", DIR + "stat field 18");
  public static final Field NICE =
      LAYOUT.s32(
          "nice", "", "-20 (highest priority) to 19 (lowest priority)", DIR + "stat field 19");
  public static final Field RT_PRIORITY =
      LAYOUT.u32(
          "rt_priority", "", "1 to 99 under a real-time policy, else 0", DIR + "stat field 40");
  public static final Field WAIT_OWNER =
      LAYOUT.s32(
          "wait_owner_tid",
          "",
          "tid of the thread that holds what this thread waits for",
          "the mutex's owner word, or the futex word");
  public static final Field UTIME =
      LAYOUT.counter("utime_ns", "ns", "CPU time in user space", DIR + "stat field 14");
  public static final Field STIME =
      LAYOUT.counter("stime_ns", "ns", "CPU time in the kernel", DIR + "stat field 15");
  public static final Field RUNTIME =
      LAYOUT.counter(
          "runtime_ns", "ns", "CPU time, exact to the nanosecond", DIR + "schedstat field 1");
  public static final Field RUN_DELAY =
      LAYOUT.counter(
          "run_delay_ns",
          "ns",
          "time that the thread was ready to run but waited for a CPU",
          DIR + "schedstat field 2");
  public static final Field VOLUNTARY_SWITCHES =
      LAYOUT.counter(
          "voluntary_switches",
          "",
          "times that the thread gave up its CPU",
          DIR + "status voluntary_ctxt_switches");
  public static final Field INVOLUNTARY_SWITCHES =
      LAYOUT.counter(
          "involuntary_switches",
          "",
          "times that the thread was made to leave its CPU",
          DIR + "status nonvoluntary_ctxt_switches");
  public static final Field MINOR_FAULTS =
      LAYOUT.counter("minor_faults", "", "page faults served without I/O", DIR + "stat field 10");
  public static final Field MAJOR_FAULTS =
      LAYOUT.counter("major_faults", "", "page faults that needed I/O", DIR + "stat field 12");
  public static final Field START =
      LAYOUT.u64("start_ns", "ns", "boot time at which the thread started", DIR + "stat field 22");
  public static final Field LAST_RAN =
      LAYOUT.u64(
          "last_ran_ns",
          "ns",
          "boot time at which the thread last ran; a blocked thread is blocked since then",
          DIR + "sched se.exec_start");
  public static final Field SYSCALL =
      LAYOUT.s64(
          "syscall",
          "",
          "number of the system call that the thread is blocked in; -1: blocked outside of any",
          DIR + "syscall field 1");
  public static final Field SYSCALL_ARG0 =
      LAYOUT.u64("syscall_arg0", "", "first argument of that system call", DIR + "syscall field 2");
  public static final Field WAIT_OBJECT =
      LAYOUT.u64(
          "wait_object",
          "",
          "object that the thread waits for: address of the futex word, or fd of the locked file",
          DIR + "syscall");
  public static final Field RCHAR =
      LAYOUT.counter(
          "rchar_bytes", "bytes", "bytes read by read(2) and similar calls", DIR + "io rchar");
  public static final Field WCHAR =
      LAYOUT.counter(
          "wchar_bytes", "bytes", "bytes written by write(2) and similar calls", DIR + "io wchar");
  public static final Field SYSCR =
      LAYOUT.counter("syscr", "", "number of read system calls", DIR + "io syscr");
  public static final Field SYSCW =
      LAYOUT.counter("syscw", "", "number of write system calls", DIR + "io syscw");
  public static final Field READ =
      LAYOUT.counter("read_bytes", "bytes", "bytes read from storage", DIR + "io read_bytes");
  public static final Field WRITE =
      LAYOUT.counter("write_bytes", "bytes", "bytes sent to storage", DIR + "io write_bytes");
  public static final Field CANCELLED_WRITE =
      LAYOUT.counter(
          "cancelled_write_bytes",
          "bytes",
          "the part of write_bytes that was truncated before it was written",
          DIR + "io cancelled_write_bytes");
  public static final Field WAIT_CHANNEL =
      LAYOUT.chars(
          "wait_channel",
          32,
          "kernel function that the thread sleeps in, NUL-padded; longer names are truncated",
          DIR + "wchan");
  public static final Field COMM =
      LAYOUT.chars(
          "comm",
          16,
          "the thread's name, NUL-padded; at most 15 bytes, as in PROCESS",
          DIR + "stat field 2");

  public static final Field UID =
      LAYOUT.u32(
          "uid",
          "",
          "the thread's real user id, which may differ from its process's: the C library changes"
              + " that of all threads, the system call only that of the caller",
          DIR + "status Uid");

  public static final Field EUID =
      LAYOUT.u32("euid", "", "the thread's effective user id", DIR + "status Uid");

  public static final RecordType TYPE = LAYOUT.fixed();

  private ThreadRecord() {}
}
