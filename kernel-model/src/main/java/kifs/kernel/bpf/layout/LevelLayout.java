package kifs.kernel.bpf.layout;

import kifs.kernel.record.FieldType;

/** {@code struct kifs_level}: a level of resident memory that is watched. */
public final class LevelLayout {
  static final CStruct STRUCT = new CStruct("level", "A level of resident memory.");

  public static final int PID = STRUCT.u32("pid", "0: of any process");
  public static final int USED = STRUCT.u32("used", "");
  public static final int PAGES = STRUCT.u64("pages", "");
  public static final int BY_UID = STRUCT.u32("by_uid", "whether only processes of one user count");
  public static final int UID = STRUCT.u32("uid", "");
  public static final int BY_COMM =
      STRUCT.u32("by_comm", "whether only processes of one name count");

  static {
    STRUCT.reserve(FieldType.U32, 1);
  }

  public static final int COMM = STRUCT.comm("comm", "padded with NULs");
  public static final int BYTES = STRUCT.size();

  private LevelLayout() {}
}
