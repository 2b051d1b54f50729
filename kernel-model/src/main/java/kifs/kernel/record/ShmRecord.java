package kifs.kernel.record;

import java.util.List;

/**
 * SHM, one per shared-memory object, in id order, whether a process maps it or not. The name lies
 * in TEXT.
 */
public final class ShmRecord {
  private static final Layout LAYOUT =
      new Layout(22, "SHM", "one per shared-memory object, in id order");

  public static final int POSIX = 1;
  public static final int SYSTEM_V = 2;
  public static final int MEMFD = 3;
  public static final int ANONYMOUS = 4;

  /** The names of the kinds, by their numbers. */
  public static final List<String> KINDS = List.of("", "posix", "sysv", "memfd", "anonymous");

  public static final Field ID =
      LAYOUT.u64(
          "id",
          "",
          "the same for as long as the object is there: made of kind, device and inode",
          "");

  static {
    LAYOUT.absent();
  }

  public static final Field DEVICE =
      LAYOUT.u64(
          "device", "", "device of its filesystem, as st_dev", "/proc/[pid]/maps, or stat(2)");
  public static final Field INODE =
      LAYOUT.u64(
          "inode",
          "",
          "inode number; of System V objects the shmid",
          "/proc/[pid]/maps, or stat(2)");
  public static final Field SIZE =
      LAYOUT.u64("size_bytes", "bytes", "size", "stat(2), or /proc/sysvipc/shm size");
  public static final Field RESIDENT =
      LAYOUT.u64(
          "resident_bytes",
          "bytes",
          "of it in memory",
          "cachestat(2) or st_blocks, or /proc/sysvipc/shm rss");
  public static final Field NAME_OFFSET = LAYOUT.textOffset("name_offset", "the name");
  public static final Field NAME_LENGTH =
      LAYOUT.u32(
          "name_length",
          "",
          "bytes of the name: the path below /dev/shm, the key in hexadecimal, the name that"
              + " memfd_create(2) was given; 0 of anonymous ones",
          "");
  public static final Field USERS =
      LAYOUT.u32(
          "users",
          "",
          "processes that map it; absent if we may not look at other users' processes",
          "/proc/[pid]/maps of every process");
  public static final Field KIND =
      LAYOUT.u32("kind", "", "1 POSIX, 2 System V, 3 memfd, 4 shared anonymous memory", "");
  public static final Field UID =
      LAYOUT.u32("uid", "", "who owns it", "stat(2), or /proc/sysvipc/shm uid");

  public static final RecordType TYPE = LAYOUT.fixed();

  private ShmRecord() {}
}
