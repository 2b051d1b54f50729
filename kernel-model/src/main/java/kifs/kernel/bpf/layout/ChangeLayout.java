package kifs.kernel.bpf.layout;

import kifs.kernel.record.FieldType;

/** {@code struct kifs_change}: a {@link kifs.kernel.query.Change} as the programs evaluate it. */
public final class ChangeLayout {
  static final CStruct STRUCT =
      new CStruct(
          "change",
          "Keeps the records of a process, of one type, if one of these fields has changed in one"
              + " of the records.");

  public static final int SINCE = STRUCT.u64("since", "boot time in ns; later changes are kept");
  public static final int NOW = STRUCT.u64("now", "boot time of the pass, ns");
  public static final int FIELDS = STRUCT.u64("fields", "their mask");
  public static final int COUNT = STRUCT.u32("count", "of the fields; 0: nothing is tracked");
  public static final int FULL =
      STRUCT.u32("full", "the digests are too old: everything counts as changed");
  public static final int FIELD_OFFSET =
      STRUCT.array(FieldType.U16, "field_offset", Capacity.MAX_TRACKED, "");
  public static final int FIELD_BYTES =
      STRUCT.array(FieldType.U8, "field_bytes", Capacity.MAX_TRACKED, "");
  public static final int BYTES = STRUCT.size();

  private ChangeLayout() {}
}
