package kifs.kernel.record;

/**
 * CHANGES, one in a changed bulk, which SNAPSHOT's flag {@link Record#CHANGED} marks: what the bulk
 * is a difference from. A whole bulk has none.
 */
public final class ChangesRecord {
  private static final Layout LAYOUT =
      new Layout(3, "CHANGES", "one in a changed bulk: the bulk that it is a difference from");

  public static final Field SINCE =
      LAYOUT.u64(
          "since_sequence",
          "",
          "sequence of the bulk to which this one is to be applied: the reader's last one",
          "kifs itself");

  static {
    LAYOUT.absent();
  }

  public static final Field SINCE_BOOTTIME =
      LAYOUT.s64(
          "since_boottime_ns", "ns", "time since boot when that bulk's pass began", "kifs itself");

  public static final RecordType TYPE = LAYOUT.fixed();

  private ChangesRecord() {}
}
