package kifs.kernel.record;

/**
 * SNAPSHOT, the first record of every bulk: where and when it was taken, and a directory of what
 * follows. The directory's entries stand behind the fixed fields, {@link #ENTRY_BYTES} each: {@code
 * u16 tag, u16 0, u32 record size (0: varies), u64 count, u64 offset from the bulk's start}.
 */
public final class SnapshotRecord {
  private static final Layout LAYOUT =
      new Layout(
          1, "SNAPSHOT", "first in every bulk: when and where it was taken, and a directory");

  public static final String MAGIC_VALUE = "KIFSBULK";
  public static final int MAJOR_VALUE = 1;
  public static final int MINOR_VALUE = 0;

  public static final Field MAGIC = LAYOUT.chars("magic", 8, "\"KIFSBULK\"", "");
  public static final Field MAJOR =
      LAYOUT.u16("major", "", "format major; a reader refuses another one", "");
  public static final Field MINOR =
      LAYOUT.u16("minor", "", "format minor; grows with new fields", "");
  public static final Field SOURCE =
      LAYOUT.u16("source", "", "1 procfs, 2 bpf, 3 capture, 4 simulated", "");
  public static final Field ENTRIES = LAYOUT.u16("entries", "", "entries of the directory", "");
  public static final Field SEQUENCE =
      LAYOUT.u64("sequence", "", "counts up, never repeats in one daemon's life", "");
  public static final Field REALTIME =
      LAYOUT.s64("realtime_ns", "ns", "wall clock when the pass began", "CLOCK_REALTIME");
  public static final Field BOOTTIME =
      LAYOUT.s64("boottime_ns", "ns", "time since boot when the pass began", "CLOCK_BOOTTIME");
  public static final Field DURATION =
      LAYOUT.u64(
          "duration_ns", "ns", "skew between the first and the last record", "CLOCK_BOOTTIME");
  public static final Field BYTES =
      LAYOUT.u64("bytes", "bytes", "size of the whole bulk, this record included", "");
  public static final Field RECORDS =
      LAYOUT.u64("records", "", "records of the whole bulk, this one included", "");
  public static final Field PAGE_SIZE =
      LAYOUT.u32("page_size_bytes", "bytes", "memory page", "sysconf(_SC_PAGESIZE)");
  public static final Field PROCESSORS =
      LAYOUT.u32("processors", "", "processors online", "/proc/stat, cpuN lines");
  public static final Field BOOT_ID =
      LAYOUT.bytes("boot_id", 16, "changes at every boot", "/proc/sys/kernel/random/boot_id");
  public static final Field HOST =
      LAYOUT.chars("host", 64, "host name, NUL-padded", "/proc/sys/kernel/hostname");

  public static final RecordType TYPE = LAYOUT.varying();

  /** Size of one directory entry. */
  public static final int ENTRY_BYTES = 24;

  private SnapshotRecord() {}
}
