package kifs.kernel.bpf.layout;

import kifs.kernel.record.FieldType;

/** {@code struct kifs_mapping}: a mapping of what may be shared memory. */
public final class MappingLayout {
  static final CStruct STRUCT = new CStruct("mapping", "A mapping of what may be shared memory.");

  public static final int START = STRUCT.u64("start", "");
  public static final int END = STRUCT.u64("end", "");
  public static final int DEVICE = STRUCT.u64("device", "as st_dev");
  public static final int INODE = STRUCT.u64("inode", "");
  public static final int PID = STRUCT.u32("pid", "");
  public static final int IPC_NAMESPACE = STRUCT.u32("ipc_namespace", "its inode number");
  public static final int PATH_OFFSET = STRUCT.u32("path_offset", "of its TEXT in text");
  public static final int PATH_LENGTH =
      STRUCT.u32("path_length", "0: none; the memory of the process is locked");
  public static final int TMPFS = STRUCT.u32("tmpfs", "whether it is of a regular file of a tmpfs");

  static {
    STRUCT.reserve(FieldType.U32, 1);
  }

  public static final int BYTES = STRUCT.size();

  private MappingLayout() {}
}
