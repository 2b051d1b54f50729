package kifs.kernel.record;

/**
 * SNAPSHOT, the first record of every bulk: when and where the snapshot was taken, and a directory
 * of the records that follow. The directory's entries follow the fixed fields, {@link #ENTRY_BYTES}
 * each: {@code u16 tag, u16 0, u32 record size (0: varies), u64 count, u64 offset from the bulk's
 * start}.
 */
public final class SnapshotRecord {
  private static final Layout LAYOUT =
      new Layout(
          1,
          "SNAPSHOT",
          "first in every bulk: when and where the snapshot was taken, and a directory");

  public static final String MAGIC_VALUE = "KIFSBULK";
  public static final int MAJOR_VALUE = 1;
  public static final int MINOR_VALUE = 0;

  public static final Field MAGIC = LAYOUT.chars("magic", 8, "\"KIFSBULK\"", "kifs itself");
  public static final Field MAJOR =
      LAYOUT.u16("major", "", "major format version; readers refuse any other", "kifs itself");
  public static final Field MINOR =
      LAYOUT.u16("minor", "", "minor format version; grows with new fields", "kifs itself");
  public static final Field SOURCE =
      LAYOUT.u16(
          "source",
          ValueNames.from(1, "source", "procfs", "bpf", "capture", "simulated"),
          "what the bulk was made from",
          "kifs itself");
  public static final Field ENTRIES =
      LAYOUT.u16("entries", "", "number of entries of the directory", "kifs itself");
  public static final Field SEQUENCE =
      LAYOUT.u64(
          "sequence",
          "",
          "increases with each snapshot; unique while a daemon runs",
          "kifs itself");
  public static final Field REALTIME =
      LAYOUT.s64("realtime_ns", "ns", "wall-clock time when the pass began", "CLOCK_REALTIME");
  public static final Field BOOTTIME =
      LAYOUT.s64("boottime_ns", "ns", "time since boot when the pass began", "CLOCK_BOOTTIME");
  public static final Field DURATION =
      LAYOUT.u64(
          "duration_ns",
          "ns",
          "duration of the pass: the maximum skew between two records",
          "CLOCK_BOOTTIME");
  public static final Field BYTES =
      LAYOUT.u64("bytes", "bytes", "size of the whole bulk, this record included", "kifs itself");
  public static final Field RECORDS =
      LAYOUT.u64(
          "records", "", "number of records of the whole bulk, this one included", "kifs itself");
  public static final Field PAGE_SIZE =
      LAYOUT.u32("page_size_bytes", "bytes", "size of a memory page", "sysconf(_SC_PAGESIZE)");
  public static final Field PROCESSORS =
      LAYOUT.u32("processors", "", "number of online CPUs", "/proc/stat, cpuN lines");
  public static final Field BOOT_ID =
      LAYOUT.bytes("boot_id", 16, "changes at every boot", "/proc/sys/kernel/random/boot_id");
  public static final Field HOST =
      LAYOUT.chars("host", 64, "host name, NUL-padded", "/proc/sys/kernel/hostname");

  public static final RecordType TYPE = LAYOUT.varying();

  /** Size of one directory entry, in bytes. */
  public static final int ENTRY_BYTES = 24;

  private SnapshotRecord() {}
}
