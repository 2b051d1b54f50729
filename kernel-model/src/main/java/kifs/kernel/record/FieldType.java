package kifs.kernel.record;

/** The scalar types of the bulk format. All are little-endian and naturally aligned. */
public enum FieldType {
  U8(1, "u8", "uint8_t"),
  U16(2, "u16", "uint16_t"),
  U32(4, "u32", "uint32_t"),
  U64(8, "u64", "uint64_t"),
  S32(4, "s32", "int32_t"),
  S64(8, "s64", "int64_t"),
  F64(8, "f64", "double"),
  CHAR(1, "char", "char");

  private final int bytes;
  private final String schemaName;
  private final String cName;

  FieldType(int bytes, String schemaName, String cName) {
    this.bytes = bytes;
    this.schemaName = schemaName;
    this.cName = cName;
  }

  /** Size and alignment of one element, in bytes. */
  public int bytes() {
    return bytes;
  }

  /** The value with all bits set, as a record returns it. As a limit it means "unlimited". */
  public long allOnes() {
    return -1L >>> Long.SIZE - Byte.SIZE * bytes;
  }

  /** The name in {@code records.json}. */
  public String schemaName() {
    return schemaName;
  }

  /** The type in {@code kifs.h}. */
  public String cName() {
    return cName;
  }
}
