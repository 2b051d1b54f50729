package kifs.kernel.procfs.scan;

import java.nio.charset.StandardCharsets;
import kifs.kernel.linux.NativeBuffer;

/**
 * The name of a file, kept in native memory so that an open by this name copies nothing. Immutable
 * and thread-safe.
 */
public final class FileName {
  public static final FileName HERE = new FileName(".");
  public static final FileName CGROUP = new FileName("cgroup");
  public static final FileName AUXV = new FileName("auxv");
  public static final FileName CHILDREN = new FileName("children");
  public static final FileName CMDLINE = new FileName("cmdline");
  public static final FileName COMM = new FileName("comm");
  public static final FileName EXE = new FileName("exe");
  public static final FileName FD = new FileName("fd");
  public static final FileName FDINFO = new FileName("fdinfo");
  public static final FileName IO = new FileName("io");
  public static final FileName LIMITS = new FileName("limits");
  public static final FileName MAPS = new FileName("maps");
  public static final FileName MEM = new FileName("mem");
  public static final FileName MOUNTINFO = new FileName("mountinfo");
  public static final FileName NET_PROTOCOLS = new FileName("net/protocols");
  public static final FileName NS_IPC = new FileName("ns/ipc");
  public static final FileName NS_NET = new FileName("ns/net");
  public static final FileName NS_PID = new FileName("ns/pid");
  public static final FileName NS_USER = new FileName("ns/user");
  public static final FileName OOM_SCORE = new FileName("oom_score");
  public static final FileName OOM_SCORE_ADJ = new FileName("oom_score_adj");
  public static final FileName SCHED = new FileName("sched");
  public static final FileName SCHEDSTAT = new FileName("schedstat");
  public static final FileName STAT = new FileName("stat");
  public static final FileName STATM = new FileName("statm");
  public static final FileName STATUS = new FileName("status");
  public static final FileName SYSCALL = new FileName("syscall");
  public static final FileName TASK = new FileName("task");
  public static final FileName WCHAN = new FileName("wchan");

  public static final FileName BOOT_ID = new FileName("sys/kernel/random/boot_id");
  public static final FileName FILE_NR = new FileName("sys/fs/file-nr");
  public static final FileName HOSTNAME = new FileName("sys/kernel/hostname");
  public static final FileName LOCKS = new FileName("locks");
  public static final FileName LOADAVG = new FileName("loadavg");
  public static final FileName MEMINFO = new FileName("meminfo");
  public static final FileName PRESSURE_CPU = new FileName("pressure/cpu");
  public static final FileName PRESSURE_IO = new FileName("pressure/io");
  public static final FileName PRESSURE_MEMORY = new FileName("pressure/memory");
  public static final FileName SELF = new FileName("self");
  public static final FileName SELF_MOUNTINFO = new FileName("self/mountinfo");
  public static final FileName SELF_NS_IPC = new FileName("self/ns/ipc");
  public static final FileName SELF_NS_NET = new FileName("self/ns/net");
  public static final FileName SELF_NS_PID = new FileName("self/ns/pid");
  public static final FileName SELF_NS_USER = new FileName("self/ns/user");
  public static final FileName SYSTEM_V_SHM = new FileName("sysvipc/shm");
  public static final FileName VMSTAT = new FileName("vmstat");
  public static final FileName YAMA_SCOPE = new FileName("sys/kernel/yama/ptrace_scope");

  private final String text;
  private final byte[] terminated;
  private final NativeBuffer memory;

  public FileName(String latin1) {
    this.text = latin1;
    this.terminated = (latin1 + '\0').getBytes(StandardCharsets.ISO_8859_1);
    this.memory = NativeBuffer.string(latin1);
  }

  /** The address of the name as a NUL-terminated string. */
  public long address() {
    return memory.address();
  }

  /** The name with a NUL at its end. */
  byte[] terminated() {
    return terminated;
  }

  @Override
  public String toString() {
    return text;
  }
}
