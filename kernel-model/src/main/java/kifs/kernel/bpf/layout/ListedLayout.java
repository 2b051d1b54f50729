package kifs.kernel.bpf.layout;

/** {@code struct kifs_listed}: one process of a listing. */
public final class ListedLayout {
  static final CStruct STRUCT = new CStruct("listed", "One process of a listing.");

  public static final int PID = STRUCT.u32("pid", "in the initial pid namespace");
  public static final int LOCAL_PID = STRUCT.u32("local_pid", "in the daemon's pid namespace");
  public static final int THREADS = STRUCT.u32("threads", "");
  public static final int UID = STRUCT.u32("uid", "");
  public static final int CSS_SET =
      STRUCT.u64("css_set", "equal for processes that are in the same cgroups; nothing more");
  public static final int BYTES = STRUCT.size();

  private ListedLayout() {}
}
