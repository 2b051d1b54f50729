package kifs.kernel.record;

/**
 * GONE, in a changed bulk one for each record that the reader's last bulk had and that a whole bulk
 * would no longer have: its entity ended, or no longer passes the query. If an id is used again,
 * there is a GONE for each record of the old entity, and all records of the new one follow. GONE
 * precedes all other records of entities, so a reader removes first, and then adds.
 */
public final class GoneRecord {
  private static final Layout LAYOUT =
      new Layout(
          4,
          "GONE",
          "in a changed bulk, one per record to remove before the records that follow are added");

  public static final Field PID =
      LAYOUT.s32("pid", "", "pid of the record; absent if its kind has none", "kifs itself");
  public static final Field TID =
      LAYOUT.s32("tid", "", "tid of the record; absent if it has none", "kifs itself");

  static {
    LAYOUT.absent();
  }

  public static final Field START =
      LAYOUT.u64(
          "start_ns", "ns", "start_ns of the record; absent if its kind has none", "kifs itself");
  public static final Field ID =
      LAYOUT.u64(
          "id",
          "",
          "SHM, SHM_USER, CGROUP: the record's id; FD: its fd; CPU: its number; otherwise absent",
          "kifs itself");
  public static final Field KIND =
      LAYOUT.u64(
          "kind",
          "",
          "tag of the record to remove; WAIT: all records of the tag are to be removed",
          "kifs itself");

  public static final RecordType TYPE = LAYOUT.fixed();

  private GoneRecord() {}
}
