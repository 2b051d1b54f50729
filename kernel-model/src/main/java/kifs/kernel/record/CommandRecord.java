package kifs.kernel.record;

/** COMMAND, one per process: the executable and its arguments. The texts are in TEXT records. */
public final class CommandRecord {
  private static final Layout LAYOUT =
      new Layout(18, "COMMAND", "one per process: command line and executable");

  public static final Field PID =
      LAYOUT.s32("pid", "", "process id", "the directory's name in /proc");
  public static final Field ARGUMENTS =
      LAYOUT.u32(
          "arguments",
          "",
          "number of NUL-terminated strings in the text of the command line",
          "/proc/[pid]/cmdline");

  static {
    LAYOUT.absent();
  }

  public static final Field COMMAND_LINE_OFFSET =
      LAYOUT.textOffset("command_line_offset", "the command line", Guard.OPEN);
  public static final Field EXECUTABLE_OFFSET =
      LAYOUT.textOffset("executable_offset", "the path of the executable", Guard.PTRACE);
  public static final Field COMMAND_LINE_LENGTH =
      LAYOUT.u32(
          "command_line_length",
          "",
          "bytes of the arguments, each ended by a NUL; none for kernel threads and zombies; at"
              + " most 128 KiB, in the process's own bulk 2 MiB",
          "/proc/[pid]/cmdline");
  public static final Field EXECUTABLE_LENGTH =
      LAYOUT.u32("executable_length", "", "bytes of the path of the executable", "/proc/[pid]/exe");

  public static final Field COMMAND_LINE_TOTAL =
      LAYOUT.u64(
          "command_line_total",
          "",
          "bytes of the whole command line; if that is more than command_line_length, the text is"
              + " cut and the record is flagged",
          "/proc/[pid]/cmdline");

  public static final RecordType TYPE = LAYOUT.fixed();

  private CommandRecord() {}
}
