package kifs.kernel.record;

/** SHM_USER, one per shared-memory object and process that maps it, in (id, pid) order. */
public final class ShmUserRecord {
  private static final Layout LAYOUT =
      new Layout(
          23, "SHM_USER", "one per shared-memory object and process that maps it, by (id, pid)");

  public static final Field ID = LAYOUT.u64("id", "", "the object's, as in SHM", "");

  static {
    LAYOUT.absent();
  }

  public static final Field MAPPED =
      LAYOUT.u64(
          "mapped_bytes",
          "bytes",
          "of the object in the process's address space, counted as often as it is mapped",
          "/proc/[pid]/maps");
  public static final Field PID = LAYOUT.s32("pid", "", "the process", "/proc/[pid]");
  public static final Field MAPPINGS =
      LAYOUT.u32("mappings", "", "mappings that this is in", "/proc/[pid]/maps");

  public static final RecordType TYPE = LAYOUT.fixed();

  private ShmUserRecord() {}
}
