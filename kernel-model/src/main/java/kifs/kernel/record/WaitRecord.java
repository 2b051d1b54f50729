package kifs.kernel.record;

/**
 * WAIT, one per edge of the wait-for graph: a waiter and one owner. A waiter with several owners
 * has a record for each of them. A waiter without a known owner has one record without an owner. In
 * order of the waiter's pid and tid.
 *
 * <p>An object has an identity that doesn't depend on its address. Within a process it is the
 * process and the address; for objects that processes share it is {@code object_device}, {@code
 * object_inode} and {@code object_offset_bytes}.
 */
public final class WaitRecord {
  private static final Layout LAYOUT =
      new Layout(
          24, "WAIT", "one per wait-for edge, in order of the waiter's pid and tid", Guard.ATTACH);

  public static final Field WAITER_PID =
      LAYOUT.s32("waiter_pid", "", "pid of the waiter, the thread that waits", "/proc/[pid]");
  public static final Field WAITER_TID =
      LAYOUT.s32("waiter_tid", "", "tid of the waiter", "the directory's name in /proc/[pid]/task");

  static {
    LAYOUT.absent();
  }

  public static final Field KIND =
      LAYOUT.u16(
          "kind",
          WaitKind.NAMES,
          "what the waiter waits for",
          "/proc/[pid]/task/[tid]/syscall and the words around the one it waits on");

  /** The system call has a timeout. */
  public static final int TIMED = 1;

  /** Processes share the object. */
  public static final int SHARED = 1 << 1;

  /**
   * The owner in any one of the waiter's records can end the wait; otherwise all of them must act.
   */
  public static final int ANY = 1 << 2;

  public static final Field HOW =
      LAYOUT.u16(
          "how",
          "",
          "bit 0: the wait has a timeout; bit 1: processes share the object; bit 2: any one of the"
              + " owners in this waiter's records can end the wait; otherwise all of them must act",
          "the system call's arguments");
  public static final Field DEADLOCK =
      LAYOUT.u32(
          "deadlock",
          "",
          "number of the deadlock that this edge is part of, 0: none; a number is not used again",
          "",
          Guard.ALL_PROCESSES);
  public static final Field BEHIND =
      LAYOUT.u32(
          "behind",
          "",
          "number of a deadlock that the waiter waits for without being a member, 0: none",
          "",
          Guard.ALL_PROCESSES);
  public static final Field OWNER_PID =
      LAYOUT.s32(
          "owner_pid",
          "",
          "pid of the owner, which holds what the waiter waits for",
          "the lock, or /proc/locks");
  public static final Field OWNER_TID =
      LAYOUT.s32(
          "owner_tid",
          "",
          "tid of the owner; absent if only the owner's process is known",
          "the mutex's owner word, or the futex word");
  public static final Field WAITER_UID =
      LAYOUT.u32("waiter_uid", "", "real user id of the waiter", "owner of /proc/[pid]");
  public static final Field SINCE =
      LAYOUT.u64(
          "since_ns",
          "ns",
          "boot time at which the waiter last ran; the waiter waits since then",
          "/proc/[pid]/task/[tid]/sched se.exec_start");
  public static final Field OBJECT =
      LAYOUT.u64(
          "object",
          "",
          "lock in memory: its address in the waiter; file lock: the fd; child: its pid, 0: any"
              + " child",
          "/proc/[pid]/task/[tid]/syscall");
  public static final Field OBJECT_DEVICE =
      LAYOUT.u64(
          "object_device",
          "",
          "device, as st_dev, of the file that is locked, or from which the object's memory is"
              + " mapped",
          "/proc/[pid]/maps, or stat(2) of /proc/[pid]/fd/[fd]");
  public static final Field OBJECT_INODE =
      LAYOUT.u64(
          "object_inode",
          "",
          "inode number of that file; 0: anonymous memory",
          "as object_device",
          Guard.PTRACE);
  public static final Field OBJECT_OFFSET =
      LAYOUT.u64(
          "object_offset_bytes",
          "bytes",
          "offset in that file of the lock in memory, or of the first byte that the waiter wants to"
              + " lock",
          "/proc/[pid]/maps, or the struct flock");
  public static final Field MAPPING_OFFSET =
      LAYOUT.textOffset("mapping_offset", "the mapping's name", Guard.ATTACH);
  public static final Field MAPPING_LENGTH =
      LAYOUT.u32(
          "mapping_length",
          "",
          "bytes of the name: the path of the file that is locked or mapped, or the kernel's name"
              + " of the memory, such as [heap]; 0: anonymous",
          "/proc/[pid]/maps, or readlink(2) of /proc/[pid]/fd/[fd]");
  public static final Field SYSCALL =
      LAYOUT.s32(
          "syscall",
          "",
          "number of the system call that the waiter is blocked in",
          "/proc/[pid]/task/[tid]/syscall");
  public static final Field SWITCHES =
      LAYOUT.u64(
          "switches",
          "",
          "context switches of the waiter so far; if the number is unchanged, the waiter hasn't"
              + " run",
          "/proc/[pid]/task/[tid]/status");
  public static final Field WAITER_COMM =
      LAYOUT.chars(
          "waiter_comm", 16, "the waiter's name, NUL-padded", "/proc/[pid]/task/[tid]/comm");
  public static final Field OWNER_COMM =
      LAYOUT.chars("owner_comm", 16, "the owner's name, NUL-padded", "/proc/[pid]/task/[tid]/comm");

  public static final RecordType TYPE = LAYOUT.fixed();

  private WaitRecord() {}

  /**
   * Names an owner: {@code PID/TID}, {@code PID} if it is any thread of a process, "-" if it isn't
   * known.
   *
   * @param pid 0: not known
   * @param tid 0: any thread of the process
   */
  public static String threadName(int pid, int tid) {
    if (pid == 0) {
      return "-";
    }
    return tid == 0 ? Integer.toString(pid) : pid + "/" + tid;
  }

  /** The owner in that record, as {@link #threadName}. An absent id is 0. */
  public static String ownerName(Record wait) {
    return threadName((int) wait.get(OWNER_PID), (int) wait.get(OWNER_TID));
  }
}
