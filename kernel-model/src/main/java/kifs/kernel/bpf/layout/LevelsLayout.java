package kifs.kernel.bpf.layout;

import kifs.kernel.record.FieldType;

/** {@code struct kifs_levels}: all levels of resident memory that are watched. */
public final class LevelsLayout {
  static final CStruct STRUCT =
      new CStruct("levels", "The levels of resident memory that are watched.");

  public static final int GENERATION =
      STRUCT.u64("generation", "changes whenever a level is added");
  public static final int END = STRUCT.u32("end", "one more than the index of the last used level");

  static {
    STRUCT.reserve(FieldType.U32, 1);
  }

  public static final int LEVEL =
      STRUCT.structs("level", LevelLayout.STRUCT, Capacity.MAX_LEVELS, "");
  public static final int BYTES = STRUCT.size();

  private LevelsLayout() {}
}
