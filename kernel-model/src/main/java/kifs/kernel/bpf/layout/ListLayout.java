package kifs.kernel.bpf.layout;

import kifs.kernel.record.FieldType;

/** {@code struct kifs_list}: all processes, as {@code list} writes them. */
public final class ListLayout {
  static final CStruct STRUCT = new CStruct("list", "All processes, in the kernel's order.");

  public static final int COUNT =
      STRUCT.u32("count", "more than KIFS_MAX_LISTED: there was no space for all");

  static {
    STRUCT.reserve(FieldType.U32, 1);
  }

  public static final int LISTED =
      STRUCT.structs("listed", ListedLayout.STRUCT, Capacity.MAX_LISTED, "");

  static {
    STRUCT.u64("scratch", "the program's own, see ptr_to_u64()");
  }

  public static final int BYTES = STRUCT.size();

  private ListLayout() {}
}
