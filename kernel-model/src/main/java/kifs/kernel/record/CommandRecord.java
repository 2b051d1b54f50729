package kifs.kernel.record;

/** COMMAND, one per process: what was started, and with which arguments. Text lies in TEXT. */
public final class CommandRecord {
  private static final Layout L =
      new Layout(18, "COMMAND", "one per process: command line and executable");

  public static final Field PID = L.s32("pid", "", "process id", "the directory's name in /proc");
  public static final Field ARGUMENTS =
      L.u32("arguments", "", "NUL-terminated strings in the command line", "/proc/[pid]/cmdline");

  static {
    L.absent();
  }

  public static final Field COMMAND_LINE_OFFSET = L.textOffset("command_line_offset", "it");
  public static final Field EXECUTABLE_OFFSET = L.textOffset("executable_offset", "it");
  public static final Field COMMAND_LINE_LENGTH =
      L.u32(
          "command_line_length",
          "",
          "bytes of the arguments, each ended by a NUL; none for kernel threads and zombies; at most 128 KiB",
          "/proc/[pid]/cmdline");
  public static final Field EXECUTABLE_LENGTH =
      L.u32("executable_length", "", "bytes of the path of the executable", "/proc/[pid]/exe");

  public static final RecordType TYPE = L.fixed();

  private CommandRecord() {}
}
