package kifs.kernel.bpf.layout;

import kifs.kernel.record.FdRecord;
import kifs.kernel.record.FieldType;

/** {@code struct kifs_held}: what processes hold, one block of records at a time. */
public final class HeldLayout {
  static final CStruct PATH =
      new CStruct("path", "The path of a file, remembered while one block of records is written.");

  static {
    PATH.u64("block", "0: none");
    PATH.u64("dentry", "");
    PATH.u64("mount", "");
    PATH.group("They show whether the dentry still has that path.");
    PATH.u64("parent", "");
    PATH.u64("name", "");
    PATH.u64("inode", "");
    PATH.u32("unlinked", "");
    PATH.group("The path itself.");
    PATH.u32("anonymous", "whether it says that the file has no name");
    PATH.u32("offset", "of its TEXT in text");
    PATH.u32("length", "");
  }

  static final CStruct TABLE =
      new CStruct("seen_table", "A file table of a thread whose files were reported.");

  static {
    TABLE.u64("files", "address of its files_struct");
    TABLE.u64("walk", "");
    TABLE.u32("task", "the thread");
    TABLE.u32("process", "");
  }

  static final CStruct STRUCT =
      new CStruct(
          "held",
          "Open files or mappings, one block of records at a time, for one reader at a time.");

  public static final int BLOCK = STRUCT.u64("block", "counts blocks; never 0");
  public static final int ONLY_SHM =
      STRUCT.u32("only_shm", "whether to report only files that may be shared memory");
  public static final int DEVICE_COUNT =
      STRUCT.u32("device_count", "filesystems that hold shared memory");
  public static final int DEVICE =
      STRUCT.array(FieldType.U64, "device", Capacity.MAX_DEVICES, "as st_dev");

  static {
    STRUCT.group("Results.");
  }

  public static final int COUNT = STRUCT.u32("count", "records");
  public static final int TEXT_BYTES = STRUCT.u32("text_bytes", "");
  public static final int TEXT_COUNT = STRUCT.u32("text_count", "");

  static {
    STRUCT.reserve(FieldType.U32, 1);
  }

  public static final int SOCKET_DEVICE =
      STRUCT.u64("socket_device", "of all sockets; 0: no socket was found so far");
  public static final int FD = STRUCT.records("fd", FdRecord.TYPE, Capacity.BATCH_HELD, "");
  public static final int MAPPING =
      STRUCT.structs("mapping", MappingLayout.STRUCT, Capacity.BATCH_HELD, "");
  public static final int TEXT =
      STRUCT.array(FieldType.U64, "text", Capacity.HELD_TEXT_WORDS, "TEXT records");

  static {
    STRUCT.group("The programs' own.");
    STRUCT.u64("scratch", "see ptr_to_u64()");
  }

  public static final int TASK =
      STRUCT.u32("task", "the thread whose holdings are those of the process pid, or its own");

  static {
    STRUCT.u32("pid", "in the daemon's pid namespace; 0: its holdings are no process's");
    STRUCT.u64(
        "interrupted_at",
        "the first mapping of interrupted that was not reported, as there was no space left");
  }

  public static final int INTERRUPTED = STRUCT.u64("interrupted", "a thread; 0: none");

  static {
    STRUCT.structs("path", PATH, Capacity.HELD_PATHS, "");
    STRUCT.structs("table", TABLE, Capacity.FILE_TABLES, "by address");
    STRUCT.u64("tid", "of the thread whose own file table is read, as pid; 0: it is the process's");
  }

  public static final int WALK = STRUCT.u64("walk", "counts requests; never 0");

  public static final int BYTES = STRUCT.size();

  private HeldLayout() {}
}
