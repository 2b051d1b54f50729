package kifs.kernel.procfs.process;

import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.procfs.scan.StatColumns;
import kifs.kernel.procfs.scan.Units;
import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;

/**
 * {@code /proc/[pid]/stat} and {@code /proc/[pid]/task/[tid]/stat}: one line, {@code pid (comm)
 * state ppid …}. The name may hold any character, so the fields after it are read from the
 * <em>last</em> parenthesis on. Stateless and thread-safe.
 */
public final class StatFile {
  /** Maximum length of a thread's name. The kernel writes more here for its workers. */
  public static final int COMM_BYTES = 15;

  private static final int STATE = StatColumns.STATE;
  private static final int PF_EXITING = 4;
  private static final Field[] PROCESS = process();
  private static final Field[] THREAD = thread();

  static final long PROCESS_FIELDS = mask(PROCESS) | ProcessRecord.COMM.bit();
  static final long THREAD_FIELDS = mask(THREAD) | ThreadRecord.COMM.bit();

  private StatFile() {}

  /**
   * Fills fields from the line.
   *
   * @param fields the fields to fill
   * @param into a PROCESS or a THREAD record
   */
  public static void parse(ByteCursor in, long fields, Units units, Record into) {
    boolean process = into.type() == ProcessRecord.TYPE;
    int close = in.lastIndexOf(')');
    if (close < 0) {
      return;
    }
    Field comm = process ? ProcessRecord.COMM : ThreadRecord.COMM;
    int open = in.indexOf('(');
    if ((fields & comm.bit()) != 0 && open < close) {
      int length = Math.min(close - open - 1, COMM_BYTES);
      into.setBytes(comm, in.bytes(), open + 1, length);
    }
    in.position(close + 1);
    Field[] columns = process ? PROCESS : THREAD;
    for (int column = STATE; column < columns.length; column++) {
      Field field = columns[column];
      if (field == null || (fields & field.bit()) == 0) {
        in.skipWord();
      } else if (column == STATE) {
        state(in, into, field);
      } else {
        in.put(into, field, isTime(column) ? units.tickNs() : 1);
      }
    }
  }

  /**
   * Whether the thread has ended or begun to end, so that it may have given up what it holds. The
   * kernel sets the flag first of all, and a zombie still has it.
   *
   * @param in anywhere in the line; moves
   */
  static boolean isEnding(ByteCursor in) {
    long flags = StatColumns.number(in, StatColumns.FLAGS);
    return flags >= 0 && (flags & PF_EXITING) != 0;
  }

  /**
   * The exit status of a zombie as waitpid(2) returns it; -1 if the process is no zombie, or the
   * file doesn't have it.
   */
  public static int exitStatus(ByteCursor in) {
    return StatColumns.seek(in, StatColumns.STATE) && in.peek() == 'Z'
        ? (int) StatColumns.number(in, StatColumns.EXIT_CODE)
        : -1;
  }

  /** The start time in clock ticks since the boot; -1 if the file doesn't have it. */
  public static long startTicks(ByteCursor in) {
    return StatColumns.number(in, StatColumns.START_TIME);
  }

  private static void state(ByteCursor in, Record into, Field field) {
    in.skipBlanks();
    int letter = in.peek();
    if (letter >= 'A' && letter <= 'Z' || letter >= 'a' && letter <= 'z') {
      into.set(field, letter);
    }
    in.skipWord();
  }

  private static boolean isTime(int column) {
    return column >= 14 && column <= 17 || column == 22;
  }

  private static Field[] process() {
    Field[] columns = new Field[42];
    columns[STATE] = ProcessRecord.STATE;
    columns[4] = ProcessRecord.PPID;
    columns[5] = ProcessRecord.PGID;
    columns[6] = ProcessRecord.SID;
    columns[9] = ProcessRecord.TASK_FLAGS;
    columns[10] = ProcessRecord.MINOR_FAULTS;
    columns[11] = ProcessRecord.CHILDREN_MINOR_FAULTS;
    columns[12] = ProcessRecord.MAJOR_FAULTS;
    columns[13] = ProcessRecord.CHILDREN_MAJOR_FAULTS;
    columns[14] = ProcessRecord.UTIME;
    columns[15] = ProcessRecord.STIME;
    columns[16] = ProcessRecord.CHILDREN_UTIME;
    columns[17] = ProcessRecord.CHILDREN_STIME;
    columns[18] = ProcessRecord.PRIORITY;
    columns[19] = ProcessRecord.NICE;
    columns[20] = ProcessRecord.THREADS;
    columns[22] = ProcessRecord.START;
    // Not RSS, field 24: since Linux 6.2 it is an estimate, off by up to megabytes.
    columns[23] = ProcessRecord.VSIZE;
    columns[41] = ProcessRecord.POLICY;
    return columns;
  }

  private static Field[] thread() {
    Field[] columns = new Field[42];
    columns[STATE] = ThreadRecord.STATE;
    columns[10] = ThreadRecord.MINOR_FAULTS;
    columns[12] = ThreadRecord.MAJOR_FAULTS;
    columns[14] = ThreadRecord.UTIME;
    columns[15] = ThreadRecord.STIME;
    columns[18] = ThreadRecord.PRIORITY;
    columns[19] = ThreadRecord.NICE;
    columns[22] = ThreadRecord.START;
    columns[39] = ThreadRecord.PROCESSOR;
    columns[40] = ThreadRecord.RT_PRIORITY;
    columns[41] = ThreadRecord.POLICY;
    return columns;
  }

  private static long mask(Field[] columns) {
    long mask = 0;
    for (Field field : columns) {
      mask |= field == null ? 0 : field.bit();
    }
    return mask;
  }
}
