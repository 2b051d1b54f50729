package kifs.kernel.bpf.layout;

import java.util.List;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.FieldType;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.ThreadRecord;

/** {@code struct kifs_slot}: the memory of one pass. */
public final class SlotLayout {
  private static final CStruct TRACKED =
      new CStruct(
          "tracked", "What passes that track changes know of a process between two passes.");
  private static final CStruct TIMES = new CStruct("cpu_times", "CPU time of both kinds, ns.");
  private static final CStruct REPORTED =
      new CStruct(
          "reported",
          "What passes have reported of a thread and, in a main thread, of its process: the largest"
              + " of each time.");
  private static final CStruct IO = new CStruct("io", "The kernel's task_io_accounting.");
  private static final CStruct FILE_TABLE =
      new CStruct("file_table", "A file table of a thread that was counted.");
  private static final CStruct SUMS =
      new CStruct("sums", "Figures of all threads of a process, those that have ended included.");

  static {
    TRACKED.u64("process_digest", "of its PROCESS");
    TRACKED.u64("process_changed", "boot time of the pass that found another digest, ns");
    TRACKED.u64("threads_digest", "of its THREADs");
    TRACKED.u64("threads_changed", "");
    TIMES.u64("utime", "");
    TIMES.u64("stime", "");
    REPORTED.struct("thread", TIMES, "");
    REPORTED.struct("process", TIMES, "");
    IO.u64("rchar", "");
    IO.u64("wchar", "");
    IO.u64("syscr", "");
    IO.u64("syscw", "");
    IO.u64("read", "");
    IO.u64("write", "");
    IO.u64("cancelled", "");
    FILE_TABLE.u64("files", "address of its files_struct");
    FILE_TABLE.u64("process", "number of the process for which it was counted");
    SUMS.u64("utime", "ns, as counted by ticks");
    SUMS.u64("stime", "ns, as counted by ticks");
    SUMS.u64("runtime", "ns");
    SUMS.u64("running", "threads that are on a CPU now");
    SUMS.u64("minor_faults", "");
    SUMS.u64("major_faults", "");
    SUMS.struct("io", IO, "");
    SUMS.u64("files", "address of the files_struct that the process's threads share");
    SUMS.u64("fds", "of threads that have a file table of their own");
    SUMS.u64("process", "counts processes; never 0");
    SUMS.structs("table", FILE_TABLE, Capacity.FILE_TABLES, "by address");
  }

  static final CStruct STRUCT = new CStruct("slot", "The memory of one pass.");

  /** The structs that only the programs use, in the order in which they need each other. */
  static final List<CStruct> PROGRAMS_OWN = List.of(TRACKED, TIMES, REPORTED, IO, FILE_TABLE, SUMS);

  public static final int REQUEST = STRUCT.struct("request", RequestLayout.STRUCT, "");
  public static final int WORK =
      STRUCT.structs("work", WorkItemLayout.STRUCT, Capacity.BATCH, "the work list");
  public static final int PROCESS =
      STRUCT.records("process", ProcessRecord.TYPE, Capacity.BATCH, "");
  public static final int THREAD =
      STRUCT.records("thread", ThreadRecord.TYPE, Capacity.BATCH_THREADS, "");
  public static final int COMMAND =
      STRUCT.records("command", CommandRecord.TYPE, Capacity.BATCH, "");
  public static final int COMMAND_STATE =
      STRUCT.structs(
          "command_state", CommandStateLayout.STRUCT, Capacity.BATCH, "of the command beside it");
  public static final int LIMITS = STRUCT.records("limits", LimitsRecord.TYPE, Capacity.BATCH, "");
  public static final int TEXT =
      STRUCT.array(FieldType.U8, "text", Capacity.BATCH_TEXT, "TEXT records");
  public static final int SEEN =
      STRUCT.structs("seen", SeenThreadLayout.STRUCT, Capacity.BATCH_THREADS, "");
  public static final int BLOCKED =
      STRUCT.structs("blocked", BlockedLayout.STRUCT, Capacity.BATCH_BLOCKED, "");

  static {
    STRUCT.group("The programs' own: the process that is being read.");
    STRUCT.struct("sums", SUMS, "");
    STRUCT.struct("times", TIMES, "reported of the thread or process: before it is read, then now");
    STRUCT.array(
        FieldType.U64, "path_names", Capacity.MAX_PATH_NAMES, "addresses, the last name first");
    STRUCT.u64("path_dentry", "where the way up to the root has come to");
    STRUCT.u64("path_mount", "");
    STRUCT.u32("path_name_count", "");
    STRUCT.u32("path_end", "index in text");
    STRUCT.u64("filled", "mask of the fields of PROCESS that were filled");
    STRUCT.u64("arguments_address", "");
    STRUCT.struct(
        "command_before", CommandStateLayout.STRUCT, "when its command line was last read");
    STRUCT.struct("tracked", TRACKED, "");
    STRUCT.u64("threads_digest", "of those of its threads that were read so far");
    STRUCT.u64("threads_before", "THREADs in the slot before its own");
    STRUCT.u64("partial", "whether a thread ended, so that the sums lack it");
    STRUCT.u64("scratch", "see ptr_to_u64()");
    STRUCT.u64("in_child_pid_ns", "whether it is in a child of the initial pid namespace");
    STRUCT.u32("pid", "");
    STRUCT.u32("keep", "whether it passes the filters on user, name and state");
    STRUCT.u64("thread_node", "for `walk`: the next thread's node in the list of threads");
    STRUCT.u64("thread_end", "for `walk`: the head of that list");
    STRUCT.u64("registers_offset", "for `walk`: in each kernel stack; 0: not asked for");
    STRUCT.u64("without_threads", "whether its threads are omitted");
    STRUCT.u64(
        "living", "address of its first living thread, if the main thread has ended; else 0");
  }

  public static final int BYTES = STRUCT.size();

  private SlotLayout() {}
}
