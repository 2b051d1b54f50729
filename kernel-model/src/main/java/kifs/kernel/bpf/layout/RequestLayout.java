package kifs.kernel.bpf.layout;

import kifs.kernel.record.FieldType;

/**
 * {@code struct kifs_request}: what a pass requests of a program, and the results of a run. It is
 * the first member of a slot, so its offsets are valid in the slot too.
 */
public final class RequestLayout {
  static final CStruct STRUCT =
      new CStruct("request", "What a pass asks of a program, and what one run of it reports.");

  static {
    STRUCT.group("Masks of the fields to fill. Records of a type whose mask is 0 are not made.");
  }

  public static final int PROCESS_FIELDS = STRUCT.u64("process_fields", "");
  public static final int THREAD_FIELDS = STRUCT.u64("thread_fields", "");
  public static final int COMMAND_FIELDS = STRUCT.u64("command_fields", "");
  public static final int LIMITS_FIELDS = STRUCT.u64("limits_fields", "");

  static {
    STRUCT.group("Filters.");
  }

  public static final int STATES =
      STRUCT.u64("states", "bit n: the state with the letter 'A' + n; 0: any state");
  public static final int TOTAL_PAGES =
      STRUCT.u64("total_pages", "of memory and swap, for the OOM killer's score");
  public static final int UID_COUNT = STRUCT.u32("uid_count", "users that are admitted; 0: all");
  public static final int COMM_COUNT = STRUCT.u32("comm_count", "names that are admitted; 0: all");
  public static final int BOUND_COUNT =
      STRUCT.u32(
          "bound_count",
          "records of a type that has no bound, and whose changes aren't tracked, are all kept");

  static {
    STRUCT.group("What the run is to do.");
  }

  public static final int ITEM_COUNT =
      STRUCT.u32(
          "item_count",
          "of the work list; for `walk` the number, from 1, of the item to do, or 0: all tasks");
  public static final int REREAD_COMMANDS =
      STRUCT.u32(
          "reread_commands", "command lines are to be read even where they can't have changed");
  public static final int STOP_PID =
      STRUCT.u32(
          "stop_pid", "for `walk`: this and higher ids are left to the next run; 0: no such id");
  public static final int LARGE_PID =
      STRUCT.u32(
          "large_pid",
          "for `walk`: omit the threads of this process, which are too many for a run");

  static {
    STRUCT.reserve(FieldType.U32, 1);
  }

  public static final int UID = STRUCT.array(FieldType.U32, "uid", Capacity.MAX_UIDS, "");
  public static final int COMM =
      STRUCT.comms("comm", Capacity.MAX_COMMS, "each padded with NULs, as two numbers");
  public static final int BOUND =
      STRUCT.structs("bound", BoundLayout.STRUCT, Capacity.MAX_BOUNDS, "");
  public static final int PROCESS_CHANGE = STRUCT.struct("process_change", ChangeLayout.STRUCT, "");
  public static final int THREAD_CHANGE = STRUCT.struct("thread_change", ChangeLayout.STRUCT, "");
  public static final int CALLS =
      STRUCT.array(
          FieldType.U64,
          "calls",
          Capacity.CALL_NUMBERS.count() / Long.SIZE,
          "for `waits`: a bit for each system call that is looked for");
  public static final int FUTEX = STRUCT.s64("futex", "for `waits`: the number of futex(2)");

  static {
    STRUCT.group("What the run has done. All of it is 0 when a run begins.");
  }

  public static final int NEXT =
      STRUCT.u32(
          "next",
          "the first item that was not done, as there was no space left; for `walk` the process");
  public static final int PROCESSES = STRUCT.u32("processes", "records in the slot");
  public static final int THREADS = STRUCT.u32("threads", "records in the slot");
  public static final int COMMANDS = STRUCT.u32("commands", "records in the slot");
  public static final int LIMITS = STRUCT.u32("limits", "records in the slot");
  public static final int TEXT_BYTES = STRUCT.u32("text_bytes", "of TEXT records in the slot");
  public static final int ADMITTED =
      STRUCT.u32(
          "admitted", "processes whose user and name pass the filters, whatever their state");
  public static final int BLOCKED = STRUCT.u32("blocked", "blocked threads in the slot");
  public static final int BYTES = STRUCT.size();

  private RequestLayout() {}
}
