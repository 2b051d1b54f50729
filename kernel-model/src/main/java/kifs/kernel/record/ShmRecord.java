package kifs.kernel.record;

import java.util.List;
import kifs.kernel.record.ValueNames.Value;

/**
 * SHM, one per shared-memory object, in id order. The object need not be mapped by a process. The
 * name is in a TEXT record.
 *
 * <p>The existence of an object is guarded, unless the kernel shows it to everybody: a System V
 * object is in /proc/sysvipc/shm, and a file in /dev/shm. A client that may know an object may see
 * all of it except how many use it.
 */
public final class ShmRecord {
  private static final Layout LAYOUT =
      new Layout(22, "SHM", "one per shared-memory object, in id order", Guard.PTRACE);

  public static final int POSIX = 1;
  public static final int SYSTEM_V = 2;
  public static final int MEMFD = 3;
  public static final int ANONYMOUS = 4;
  public static final int TMPFS = 5;

  private static final ValueNames KIND_NAMES =
      new ValueNames(
          "shm_kind",
          List.of(
              new Value(POSIX, "posix", "POSIX"),
              new Value(SYSTEM_V, "sysv", "System V"),
              new Value(MEMFD, "memfd", "memfd"),
              new Value(ANONYMOUS, "anonymous", "shared anonymous memory"),
              new Value(
                  TMPFS, "tmpfs", "a mapped file of a tmpfs that isn't mounted at /dev/shm")));

  /** Names of the kinds; the index is the kind's number. */
  public static final List<String> KINDS = KIND_NAMES.labels();

  public static final Field ID =
      LAYOUT.u64(
          "id",
          "",
          "made of kind, device and inode; constant while the object exists",
          "",
          Guard.OPEN);

  static {
    LAYOUT.absent();
  }

  public static final Field DEVICE =
      LAYOUT.u64(
          "device",
          "",
          "device of the object's filesystem, as st_dev",
          "/proc/[pid]/maps, or stat(2)",
          Guard.OPEN);
  public static final Field INODE =
      LAYOUT.u64(
          "inode",
          "",
          "inode number; for System V objects the shmid",
          "/proc/[pid]/maps, or stat(2)",
          Guard.OPEN);
  public static final Field SIZE =
      LAYOUT.u64(
          "size_bytes",
          "bytes",
          "size of the object",
          "stat(2), or /proc/sysvipc/shm size",
          Guard.OPEN);
  public static final Field RESIDENT =
      LAYOUT.u64(
          "resident_bytes",
          "bytes",
          "the part of the size that is in memory",
          "cachestat(2) or st_blocks, or /proc/sysvipc/shm rss",
          Guard.OPEN);
  public static final Field NAME_OFFSET = LAYOUT.textOffset("name_offset", "the name", Guard.OPEN);
  public static final Field NAME_LENGTH =
      LAYOUT.u32(
          "name_length",
          "",
          "bytes of the name: POSIX: the path below /dev/shm; System V: the key in hexadecimal;"
              + " memfd: the argument of memfd_create(2); tmpfs: the path; 0: anonymous",
          "",
          Guard.OPEN);
  public static final Field USERS =
      LAYOUT.u32(
          "users",
          "",
          "number of processes that map the object; absent if the query filters processes, or if"
              + " kifs may not read all of them",
          "/proc/[pid]/maps of every process",
          Guard.ALL_PROCESSES);
  public static final Field KIND = LAYOUT.u32("kind", KIND_NAMES, "kind of object", "", Guard.OPEN);
  public static final Field UID =
      LAYOUT.u32(
          "uid", "", "user id of the owner", "stat(2), or /proc/sysvipc/shm uid", Guard.OPEN);
  public static final Field SWAPPED =
      LAYOUT.u64(
          "swapped_bytes",
          "bytes",
          "the part of the size that is swapped out",
          "cachestat(2), or /proc/sysvipc/shm swap",
          Guard.OPEN);

  public static final Field LISTED =
      LAYOUT.u64(
          "listed",
          "",
          "1: the kernel lists the object to every user, in /proc/sysvipc/shm or as a file in"
              + " /dev/shm; 0: it does not, or that was not looked up",
          "/proc/sysvipc/shm, or entries of /dev/shm",
          Guard.OPEN);
  public static final Field OPENERS =
      LAYOUT.u32(
          "openers",
          "",
          "number of processes that have the object open as a file, mapped or not; fds of tmpfs"
              + " objects don't count; absent where users is",
          "/proc/[pid]/fd of every process",
          Guard.ALL_PROCESSES);
  public static final Field UNLINKED =
      LAYOUT.u32(
          "unlinked",
          "",
          "1: the name was removed, by shm_unlink(3), unlink(2) or IPC_RMID, so the object ends"
              + " with its last user; 0: it was not, or the object never had a name",
          "stat(2), or /proc/sysvipc/shm perms",
          Guard.OPEN);

  /** The mask of the fields that are known only if every process was read. */
  public static final long COUNTS = USERS.bit() | OPENERS.bit();

  public static final RecordType TYPE = LAYOUT.fixed();

  private ShmRecord() {}
}
