package kifs.kernel.record;

/** SHM_USER, one per shared-memory object and process that maps it, in (id, pid) order. */
public final class ShmUserRecord {
  private static final Layout L =
      new Layout(
          23, "SHM_USER", "one per shared-memory object and process that maps it, by (id, pid)");

  public static final Field ID = L.u64("id", "", "the object's, as in SHM", "");

  static {
    L.absent();
  }

  public static final Field MAPPED =
      L.u64(
          "mapped_bytes",
          "bytes",
          "of the object in the process's address space, counted as often as it is mapped",
          "/proc/[pid]/maps");
  public static final Field PID = L.s32("pid", "", "the process", "/proc/[pid]");
  public static final Field MAPPINGS =
      L.u32("mappings", "", "mappings that this is in", "/proc/[pid]/maps");

  public static final RecordType TYPE = L.fixed();

  private ShmUserRecord() {}
}
