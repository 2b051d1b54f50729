package kifs.kernel.bpf.layout;

/**
 * {@code struct kifs_command_state}: the state of a process when its command line was read. It
 * shows whether the command line can have changed since.
 */
public final class CommandStateLayout {
  static final CStruct STRUCT =
      new CStruct(
          "command_state",
          "The state of a process when its command line was read. While it is the same, the command"
              + " line can't have changed.");

  public static final int RUNTIME =
      STRUCT.u64("runtime", "of all threads, ns; UINT64_MAX: a thread was running");
  public static final int MM =
      STRUCT.u64("mm", "address of its mm_struct: an exec makes a new one");
  public static final int BYTES = STRUCT.size();

  private CommandStateLayout() {}
}
