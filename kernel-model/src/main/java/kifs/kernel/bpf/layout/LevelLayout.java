package kifs.kernel.bpf.layout;

/** {@code struct kifs_level}: a level of resident memory that is watched. */
public final class LevelLayout {
  static final CStruct STRUCT = new CStruct("level", "A level of resident memory.");

  public static final int PID = STRUCT.u32("pid", "0: of any process");
  public static final int USED = STRUCT.u32("used", "");
  public static final int PAGES = STRUCT.u64("pages", "");
  public static final int BYTES = STRUCT.size();

  private LevelLayout() {}
}
