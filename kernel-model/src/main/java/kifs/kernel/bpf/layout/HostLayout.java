package kifs.kernel.bpf.layout;

import kifs.kernel.record.FieldType;

/** {@code struct kifs_host}: properties of the host, which are the same for all passes. */
public final class HostLayout {
  static final CStruct STRUCT = new CStruct("host", "What is the same for all passes.");

  public static final int CLOCK_OFFSET =
      STRUCT.array(
          FieldType.S64,
          "clock_offset",
          Capacity.MAX_CPUS,
          "boot time minus sched_clock of each CPU, ns; INT64_MIN: unknown");

  public static final int BOOTTIME_OFFSET =
      STRUCT.s64(
          "boottime_offset", "the daemon's boot time minus that of the first time namespace, ns");

  static {
    STRUCT.array(
        FieldType.U64,
        "percpu_offset",
        Capacity.MAX_CPUS,
        "from the address of a percpu variable to its copy on a CPU; 0: unknown");
    STRUCT.u32("cpus", "possible ones");
  }

  public static final int PID_NS_LEVEL =
      STRUCT.u32("pid_ns_level", "of the daemon's pid namespace; the first one has 0");

  static {
    STRUCT.u64("pid_ns", "address of the daemon's pid namespace");
    STRUCT.u64("user_ns", "address of the daemon's user namespace");
    STRUCT.u64("root_mount", "of the daemon");
    STRUCT.u64("root_dentry", "");
  }

  public static final int PAGE_SHIFT = STRUCT.u64("page_shift", "");
  public static final int LOST_EVENTS =
      STRUCT.array(
          FieldType.U64,
          "lost_events",
          Capacity.EVENT_KINDS,
          "events of each kind for which the ring buffer had no space");
  public static final int WALK_SLOT =
      STRUCT.u32("walk_slot", "the number of the slot that `walk` fills");
  public static final int ITERATES_ONE =
      STRUCT.u32("iterates_one", "whether an iterator can be told which task to visit");
  public static final int BYTES = STRUCT.size();

  private HostLayout() {}
}
