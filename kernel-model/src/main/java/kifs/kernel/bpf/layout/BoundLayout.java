package kifs.kernel.bpf.layout;

import kifs.kernel.record.FieldType;

/** {@code struct kifs_bound}: a {@link kifs.kernel.query.Bound} as the programs compare it. */
public final class BoundLayout {
  static final CStruct STRUCT =
      new CStruct(
          "bound",
          "Keeps a record if one of its fields exceeds a level. The level can be a share of another"
              + " field, in 65,536ths. Bound.java says when a value exceeds a level.");

  public static final int TAG = STRUCT.u16("tag", "of the record type");
  public static final int FIELD_OFFSET = STRUCT.u16("field_offset", "");
  public static final int DENOMINATOR_OFFSET =
      STRUCT.u16(
          "denominator_offset", "of the field that the level is a share of; 0: it is no share");
  public static final int FIELD_BYTES = STRUCT.u8("field_bytes", "");
  public static final int DENOMINATOR_BYTES = STRUCT.u8("denominator_bytes", "");
  public static final int RELATION = STRUCT.u8("relation", "KIFS_ABOVE, …");
  public static final int IS_SIGNED = STRUCT.u8("is_signed", "whether the field is");

  static {
    STRUCT.reserve(FieldType.U8, 6);
  }

  public static final int LEVEL = STRUCT.u64("level", "");
  public static final int BYTES = STRUCT.size();

  private BoundLayout() {}
}
