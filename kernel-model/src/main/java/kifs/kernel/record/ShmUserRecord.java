package kifs.kernel.record;

/**
 * SHM_USER, one per shared-memory object and process that maps it or has it open, in (id, pid)
 * order.
 */
public final class ShmUserRecord {
  private static final Layout LAYOUT =
      new Layout(
          23,
          "SHM_USER",
          "one per shared-memory object and process that maps it or has it open, by (id, pid)",
          Guard.PTRACE);

  public static final Field ID =
      LAYOUT.u64("id", "", "id of the object, as in SHM", "", Guard.OPEN);

  static {
    LAYOUT.absent();
  }

  public static final Field MAPPED =
      LAYOUT.u64(
          "mapped_bytes",
          "bytes",
          "size of all mappings of the object in the process; a part that is mapped twice counts"
              + " twice; 0: the process only has it open",
          "/proc/[pid]/maps");
  public static final Field PID =
      LAYOUT.s32("pid", "", "process that maps the object or has it open", "/proc/[pid]");
  public static final Field MAPPINGS =
      LAYOUT.u32(
          "mappings", "", "number of mappings of the object in the process", "/proc/[pid]/maps");

  public static final Field FDS =
      LAYOUT.u64(
          "fds",
          "",
          "number of fds of the process that are open files of the object; those of tmpfs objects"
              + " don't count",
          "/proc/[pid]/fd");

  public static final RecordType TYPE = LAYOUT.fixed();

  private ShmUserRecord() {}
}
