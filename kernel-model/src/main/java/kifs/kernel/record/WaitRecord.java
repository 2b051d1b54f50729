package kifs.kernel.record;

/**
 * WAIT, one per edge of the wait-for graph: a thread that waits, and one that it waits for. Who
 * waits for several has a record for each; who waits for nobody that could be told has one without
 * an owner. In order of the waiter's pid and tid.
 *
 * <p>An object has one identity whatever its address: within a process that is the process and the
 * address, between processes {@code object_device}, {@code object_inode} and {@code
 * object_offset_bytes}.
 */
public final class WaitRecord {
  private static final Layout LAYOUT =
      new Layout(24, "WAIT", "one per wait-for edge, in order of the waiter's pid and tid");

  public static final Field WAITER_PID =
      LAYOUT.s32("waiter_pid", "", "process of the thread that waits", "/proc/[pid]");
  public static final Field WAITER_TID =
      LAYOUT.s32(
          "waiter_tid", "", "the thread that waits", "the directory's name in /proc/[pid]/task");

  static {
    LAYOUT.absent();
  }

  public static final Field KIND =
      LAYOUT.u16(
          "kind",
          "",
          "what it waits for: " + WaitKind.legend(),
          "/proc/[pid]/task/[tid]/syscall and the words around the one it waits on");

  /** The call has a time-out: the wait ends by itself. */
  public static final int TIMED = 1;

  /** The object is shared between processes. */
  public static final int SHARED = 1 << 1;

  /** Any of the records of this waiter ends its wait, not all of them together. */
  public static final int ANY = 1 << 2;

  public static final Field HOW =
      LAYOUT.u16(
          "how",
          "",
          "bit 0: the wait has a time-out; bit 1: the object is shared between processes; bit 2:"
              + " any one owner of this waiter's records can end the wait, else it takes all",
          "the system call's arguments");
  public static final Field DEADLOCK =
      LAYOUT.u32(
          "deadlock",
          "",
          "number of the deadlock that this edge is part of, 0: none; a number is never used again",
          "");
  public static final Field BEHIND =
      LAYOUT.u32(
          "behind",
          "",
          "number of a deadlock that the waiter waits for without being part of it, 0: none",
          "");
  public static final Field OWNER_PID =
      LAYOUT.s32(
          "owner_pid", "", "process that holds what is waited for", "the lock, or /proc/locks");
  public static final Field OWNER_TID =
      LAYOUT.s32(
          "owner_tid",
          "",
          "thread that holds it; absent where only its process can be told",
          "the mutex's owner word, or the futex word");
  public static final Field WAITER_UID =
      LAYOUT.u32("waiter_uid", "", "real user id of the waiter", "owner of /proc/[pid]");
  public static final Field SINCE =
      LAYOUT.u64(
          "since_ns",
          "ns",
          "boot time at which the waiter last ran: it waits since then",
          "/proc/[pid]/task/[tid]/sched se.exec_start");
  public static final Field OBJECT =
      LAYOUT.u64(
          "object",
          "",
          "of a lock in memory its address in the waiter; of a file lock the fd; of a child its"
              + " pid, 0: any",
          "/proc/[pid]/task/[tid]/syscall");
  public static final Field OBJECT_DEVICE =
      LAYOUT.u64(
          "object_device",
          "",
          "device of the file that is locked, or that the object's memory is mapped from, as"
              + " st_dev",
          "/proc/[pid]/maps, or stat(2) of /proc/[pid]/fd/[fd]");
  public static final Field OBJECT_INODE =
      LAYOUT.u64("object_inode", "", "inode number of that file; 0: anonymous memory", "the same");
  public static final Field OBJECT_OFFSET =
      LAYOUT.u64(
          "object_offset_bytes",
          "bytes",
          "of a lock in memory where in that file it lies; of a file lock where it shall begin",
          "/proc/[pid]/maps, or the struct flock");
  public static final Field MAPPING_OFFSET =
      LAYOUT.textOffset("mapping_offset", "the mapping's name");
  public static final Field MAPPING_LENGTH =
      LAYOUT.u32(
          "mapping_length",
          "",
          "bytes of the path of the file that is locked or mapped, or of the kernel's name of the"
              + " memory, as [heap]; 0: anonymous",
          "/proc/[pid]/maps, or readlink(2) of /proc/[pid]/fd/[fd]");
  public static final Field SYSCALL =
      LAYOUT.s32("syscall", "", "number of the system call", "/proc/[pid]/task/[tid]/syscall");
  public static final Field SWITCHES =
      LAYOUT.u64(
          "switches",
          "",
          "context switches of the waiter so far: unchanged means that it hasn't run",
          "/proc/[pid]/task/[tid]/status");
  public static final Field WAITER_COMM =
      LAYOUT.chars(
          "waiter_comm", 16, "the waiter's name, NUL-padded", "/proc/[pid]/task/[tid]/comm");
  public static final Field OWNER_COMM =
      LAYOUT.chars("owner_comm", 16, "the owner's name, NUL-padded", "/proc/[pid]/task/[tid]/comm");

  public static final RecordType TYPE = LAYOUT.fixed();

  private WaitRecord() {}
}
