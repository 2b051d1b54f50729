package kifs.kernel.procfs.process;

import java.nio.ByteBuffer;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.procfs.guard.GuardedReads;
import kifs.kernel.procfs.guard.GuardedText;
import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.procfs.scan.LivingThread;
import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.Record;

/**
 * Reads the command line and the executable of a process. The command line lies in the process's
 * own memory, so the kernel acquires the process's mmap lock to read {@code cmdline}. The read
 * waits as long as the lock is held, for example in a page fault that doesn't end, so it is
 * guarded. Stateless and thread-safe.
 */
public final class CommandReader {
  private static final long COMMAND_LINE =
      CommandRecord.ARGUMENTS.bit()
          | CommandRecord.COMMAND_LINE_OFFSET.bit()
          | CommandRecord.COMMAND_LINE_LENGTH.bit()
          | CommandRecord.COMMAND_LINE_TOTAL.bit();
  private static final long EXECUTABLE =
      CommandRecord.EXECUTABLE_OFFSET.bit() | CommandRecord.EXECUTABLE_LENGTH.bit();

  private static final GuardedText NO_LINE = new GuardedText(0, 0, new byte[0]);

  private CommandReader() {}

  /**
   * Appends a COMMAND record and its texts. Kernel threads and zombies have an empty command line
   * and no executable. An unreadable process has no command line, and its record is flagged
   * INCOMPLETE.
   *
   * @param dir the open directory of the process
   * @param whole whether to append up to {@link BulkBuilder#MAX_LONG_TEXT_BYTES} of the command
   *     line, instead of {@link BulkBuilder#MAX_TEXT_BYTES}
   * @return false if the process has vanished; no record is appended then
   */
  public static boolean append(
      Scan scan,
      GuardedReads guard,
      int dir,
      int pid,
      long fields,
      boolean whole,
      BulkBuilder into) {
    int most = whole ? BulkBuilder.MAX_LONG_TEXT_BYTES : BulkBuilder.MAX_TEXT_BYTES;
    GuardedText line =
        (fields & COMMAND_LINE) == 0 ? NO_LINE : guard.text(pid, dir, FileName.CMDLINE, most);
    int length = line.length();
    long lineAt = length > 0 ? into.appendLongText(ByteBuffer.wrap(line.bytes()), 0, length) : 0;
    int pathLength = 0;
    long pathAt = 0;
    if ((fields & EXECUTABLE) != 0) {
      pathLength = readExecutable(scan, dir);
      if (pathLength > 0) {
        pathAt = into.appendText(scan.bytes(), 0, pathLength);
      }
    }
    scan.inDirectory(dir);
    boolean gone =
        (length == -Syscalls.ESRCH || length == -Syscalls.ENOENT) && !scan.exists(FileName.STAT);
    if (gone || (fields & COMMAND_LINE) == 0 && !scan.exists(FileName.STAT)) {
      return false;
    }
    Record command = into.append(CommandRecord.TYPE);
    command.set(CommandRecord.PID, pid);
    if ((fields & COMMAND_LINE) != 0 && length >= 0) {
      command.set(CommandRecord.ARGUMENTS, arguments(line.cursor()));
      command.set(CommandRecord.COMMAND_LINE_OFFSET, lineAt);
      command.set(CommandRecord.COMMAND_LINE_LENGTH, length);
      putTotal(command, line.total());
    }
    if (line.isUnreadable()) {
      command.addFlag(Record.INCOMPLETE);
    }
    if (pathLength > 0) {
      command.set(CommandRecord.EXECUTABLE_OFFSET, pathAt);
      command.set(CommandRecord.EXECUTABLE_LENGTH, pathLength);
    }
    return true;
  }

  /** Fills the length of the whole command line, and flags the record if its text is shorter. */
  public static void putTotal(Record command, long total) {
    command.set(CommandRecord.COMMAND_LINE_TOTAL, total);
    if (total > command.get(CommandRecord.COMMAND_LINE_LENGTH)) {
      command.addFlag(Record.CUT);
    }
  }

  /**
   * Reads the path of the executable of a process, through a living thread if need be.
   *
   * @param dir the open directory of the process
   * @return its length, and the cursor of the scan at its beginning; or a negative errno
   */
  public static int readExecutable(Scan scan, int dir) {
    scan.inDirectory(dir);
    int length = scan.readLink(FileName.EXE);
    return length == -Syscalls.ENOENT && LivingThread.enter(scan, dir)
        ? scan.readLink(FileName.EXE)
        : length;
  }

  /**
   * Counts the arguments in a command line. A NUL ends each argument, but may be missing after the
   * last one, because programs may overwrite their command line.
   */
  public static int arguments(ByteCursor line) {
    int count = 0;
    byte[] bytes = line.bytes();
    for (int i = 0; i < line.end(); i++) {
      count += bytes[i] == 0 ? 1 : 0;
    }
    return line.end() > 0 && bytes[line.end() - 1] != 0 ? count + 1 : count;
  }
}
