package kifs.kernel.procfs;

import java.nio.charset.StandardCharsets;
import kifs.kernel.linux.NativeBuffer;

/** The name of a file, kept in native memory so that opening it copies nothing. Immutable. */
final class Name {
  static final Name HERE = new Name(".");
  static final Name CGROUP = new Name("cgroup");
  static final Name AUXV = new Name("auxv");
  static final Name CHILDREN = new Name("children");
  static final Name CMDLINE = new Name("cmdline");
  static final Name COMM = new Name("comm");
  static final Name EXE = new Name("exe");
  static final Name FD = new Name("fd");
  static final Name FDINFO = new Name("fdinfo");
  static final Name IO = new Name("io");
  static final Name LIMITS = new Name("limits");
  static final Name MAPS = new Name("maps");
  static final Name MEM = new Name("mem");
  static final Name MOUNTINFO = new Name("mountinfo");
  static final Name NS_IPC = new Name("ns/ipc");
  static final Name NS_NET = new Name("ns/net");
  static final Name NS_PID = new Name("ns/pid");
  static final Name NS_USER = new Name("ns/user");
  static final Name OOM_SCORE = new Name("oom_score");
  static final Name OOM_SCORE_ADJ = new Name("oom_score_adj");
  static final Name SCHED = new Name("sched");
  static final Name SCHEDSTAT = new Name("schedstat");
  static final Name STAT = new Name("stat");
  static final Name STATM = new Name("statm");
  static final Name STATUS = new Name("status");
  static final Name SYSCALL = new Name("syscall");
  static final Name TASK = new Name("task");
  static final Name WCHAN = new Name("wchan");

  static final Name BOOT_ID = new Name("sys/kernel/random/boot_id");
  static final Name FILE_NR = new Name("sys/fs/file-nr");
  static final Name HOSTNAME = new Name("sys/kernel/hostname");
  static final Name LOCKS = new Name("locks");
  static final Name LOADAVG = new Name("loadavg");
  static final Name MEMINFO = new Name("meminfo");
  static final Name PRESSURE_CPU = new Name("pressure/cpu");
  static final Name PRESSURE_IO = new Name("pressure/io");
  static final Name PRESSURE_MEMORY = new Name("pressure/memory");
  static final Name SELF = new Name("self");
  static final Name SELF_MOUNTINFO = new Name("self/mountinfo");
  static final Name SELF_NS_IPC = new Name("self/ns/ipc");
  static final Name SELF_NS_NET = new Name("self/ns/net");
  static final Name SELF_NS_PID = new Name("self/ns/pid");
  static final Name SYSTEM_V_SHM = new Name("sysvipc/shm");
  static final Name VMSTAT = new Name("vmstat");
  static final Name YAMA_SCOPE = new Name("sys/kernel/yama/ptrace_scope");

  private final String text;
  private final byte[] terminated;
  private final NativeBuffer memory;

  Name(String latin1) {
    this.text = latin1;
    this.terminated = (latin1 + '\0').getBytes(StandardCharsets.ISO_8859_1);
    this.memory = NativeBuffer.string(latin1);
  }

  /** Of a NUL-terminated string. */
  long address() {
    return memory.address();
  }

  /** With a NUL behind it. */
  byte[] terminated() {
    return terminated;
  }

  @Override
  public String toString() {
    return text;
  }
}
