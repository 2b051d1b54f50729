package kifs.kernel.bpf.layout;

import kifs.kernel.record.FieldType;

/** {@code struct kifs_blocked}: a thread that is blocked in a system call. */
public final class BlockedLayout {
  static final CStruct STRUCT =
      new CStruct(
          "blocked",
          "A thread that is blocked in a system call. Ids are of the initial pid namespace.");

  public static final int PID = STRUCT.u32("pid", "");
  public static final int TID = STRUCT.u32("tid", "");
  public static final int COMPAT = STRUCT.u32("compat", "whether it is a 32-bit call");
  public static final int WORDS_LEFT_TO_PROC =
      STRUCT.u32("words_left_to_proc", "whether the words must be read through /proc");
  public static final int NUMBER = STRUCT.s64("number", "of the system call");
  public static final int ARGUMENT = STRUCT.array(FieldType.U64, "argument", 6, "");
  public static final int STACK_POINTER = STRUCT.u64("stack_pointer", "");
  public static final int PROGRAM_COUNTER = STRUCT.u64("program_counter", "");
  public static final int LAST_RAN_NS = STRUCT.u64("last_ran_ns", "boot time; 0: unknown");
  public static final int SWITCHES =
      STRUCT.u64("switches", "context switches, voluntary and involuntary");
  public static final int WORDS_ADDRESS = STRUCT.u64("words_address", "of the first byte in words");
  public static final int WORDS_LENGTH = STRUCT.u32("words_length", "bytes; 0: none could be read");
  public static final int UID = STRUCT.u32("uid", "");
  public static final int COMM = STRUCT.comm("comm", "");
  public static final int WORDS =
      STRUCT.array(FieldType.U8, "words", Capacity.WORDS, "the memory around the futex word");
  public static final int BYTES = STRUCT.size();

  private BlockedLayout() {}
}
