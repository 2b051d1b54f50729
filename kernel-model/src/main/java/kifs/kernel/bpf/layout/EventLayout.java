package kifs.kernel.bpf.layout;

import kifs.kernel.record.FieldType;

/** {@code struct kifs_event}: an event of a process, in the ring buffer. */
public final class EventLayout {
  static final CStruct STRUCT = new CStruct("event", "An event of a process.");

  public static final int KIND = STRUCT.u32("kind", "KIFS_FORKED, …");
  public static final int PID = STRUCT.s32("pid", "of a fork, the new process");
  public static final int PARENT = STRUCT.s32("parent", "of a fork, the process that forked");
  public static final int STATUS = STRUCT.s32("status", "of an exit, as waitpid(2) gives it");
  public static final int BOOTTIME_NS = STRUCT.u64("boottime_ns", "when it happened");

  static {
    STRUCT.u64("start_ns", "boot time at which the process started");
  }

  public static final int UID = STRUCT.u32("uid", "");

  static {
    STRUCT.reserve(FieldType.U32, 1);
  }

  public static final int COMM = STRUCT.array(FieldType.CHAR, "comm", Capacity.COMM_BYTES, "");

  public static final int BYTES = STRUCT.size();

  private EventLayout() {}
}
