package kifs.kernel.bpf.layout;

import kifs.kernel.record.FieldType;

/** {@code struct kifs_work_item}: one item of the work list of a run. */
public final class WorkItemLayout {
  static final CStruct STRUCT = new CStruct("work_item", "One item of the work list of a run.");

  public static final int PID = STRUCT.u32("pid", "");
  public static final int TID = STRUCT.u32("tid", "of KIFS_ONE_THREAD");
  public static final int KIND = STRUCT.u32("kind", "KIFS_PROCESS_WITH_THREADS, …");

  static {
    STRUCT.reserve(FieldType.U32, 1);
  }

  public static final int BYTES = STRUCT.size();

  private WorkItemLayout() {}
}
