package kifs.kernel.bpf.layout;

/** {@code struct kifs_seen_thread}: a thread that {@code waits} visited. */
public final class SeenThreadLayout {
  static final CStruct STRUCT = new CStruct("seen_thread", "A thread that `waits` visited.");

  public static final int ID =
      STRUCT.u64(
          "id",
          "from the highest bit: whether it is in a child of the initial pid namespace (1), pid"
              + " (31), tid (32)");
  public static final int COMM = STRUCT.comm("comm", "");
  public static final int BYTES = STRUCT.size();

  private SeenThreadLayout() {}
}
