package kifs.kernel.procfs.process;

import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.Record;

/**
 * Reads what a process was started with. {@code cmdline} lies in the process's own memory: the
 * kernel takes its mmap lock for it, so the read waits while that process, say, is stuck in a
 * page-fault with the lock held. Nobody can bound that from outside. Stateless.
 */
public final class CommandReader {
  private static final long COMMAND_LINE =
      CommandRecord.ARGUMENTS.bit()
          | CommandRecord.COMMAND_LINE_OFFSET.bit()
          | CommandRecord.COMMAND_LINE_LENGTH.bit();
  private static final long EXECUTABLE =
      CommandRecord.EXECUTABLE_OFFSET.bit() | CommandRecord.EXECUTABLE_LENGTH.bit();

  private CommandReader() {}

  /**
   * Appends a COMMAND, and its texts. Kernel threads and zombies have an empty command line and no
   * executable.
   *
   * @return false if the process has gone: then nothing was appended
   */
  public static boolean append(Scan scan, int dir, int pid, long fields, BulkBuilder into) {
    scan.inDirectory(dir);
    int length = 0;
    int argumentsFound = 0;
    long lineAt = 0;
    if ((fields & COMMAND_LINE) != 0) {
      length = scan.loadUpTo(FileName.CMDLINE, BulkBuilder.MOST_TEXT);
      if (length > 0) {
        argumentsFound = arguments(scan.cursor);
        lineAt = into.text(scan.bytes(), 0, length);
      }
    }
    int pathLength = 0;
    long pathAt = 0;
    if ((fields & EXECUTABLE) != 0) {
      pathLength = scan.readLink(FileName.EXE);
      if (pathLength > 0) {
        pathAt = into.text(scan.bytes(), 0, pathLength);
      }
    }
    boolean gone =
        (length == -Syscalls.ESRCH || length == -Syscalls.ENOENT) && !scan.exists(FileName.STAT);
    if (gone || (fields & COMMAND_LINE) == 0 && !scan.exists(FileName.STAT)) {
      return false;
    }
    Record command = into.append(CommandRecord.TYPE);
    command.set(CommandRecord.PID, pid);
    if ((fields & COMMAND_LINE) != 0 && length >= 0) {
      command.set(CommandRecord.ARGUMENTS, argumentsFound);
      command.set(CommandRecord.COMMAND_LINE_OFFSET, lineAt);
      command.set(CommandRecord.COMMAND_LINE_LENGTH, length);
    }
    if (pathLength > 0) {
      command.set(CommandRecord.EXECUTABLE_OFFSET, pathAt);
      command.set(CommandRecord.EXECUTABLE_LENGTH, pathLength);
    }
    return true;
  }

  /** NULs, and one more where the last argument isn't ended by one: programs overwrite theirs. */
  public static int arguments(ByteCursor line) {
    int count = 0;
    byte[] bytes = line.bytes();
    for (int i = 0; i < line.end(); i++) {
      count += bytes[i] == 0 ? 1 : 0;
    }
    return line.end() > 0 && bytes[line.end() - 1] != 0 ? count + 1 : count;
  }
}
