package kifs.kernel.bpf.program;

import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.ThreadRecord;

/**
 * Where things lie in the memory shared with the programs: {@code request.h} in numbers. A test
 * compares each with what the C compiler says.
 *
 * <pre>
 *   slot   request | work[SLICE] | PROCESS[SLICE] | THREAD[SLICE_THREADS] | COMMAND[SLICE]
 *          | at which state each command was read | LIMITS[SLICE] | TEXT records | threads seen | blocked calls | what the programs need for themselves
 *   list   count | listed[LISTED] | …
 *   host   clock offsets | percpu offsets | …
 *   held   request | FD[SLICE_HELD] | mapping[SLICE_HELD] | TEXT records | …
 * </pre>
 */
public final class SharedLayout {
  public static final int SLOTS = 4;
  public static final int SLICE = 256;
  public static final int SLICE_THREADS = 2048;
  static final int SLICE_TEXT = 256 * 1024;
  public static final int MOST_UIDS = 16;
  public static final int MOST_COMMS = 8;
  public static final int MOST_BOUNDS = 16;
  static final int LISTED = 64 * 1024;
  public static final int PROCESSORS = 1024;
  public static final int COMM_BYTES = 16;

  /** Instead of a text's length: /proc must be asked; the process be asked again. */
  public static final int ELSEWHERE = -1;

  public static final int LATER = -2;

  /** The same: nothing can have changed it since it was last read. */
  public static final int UNCHANGED = -3;

  public static final int WHOLE = 0;
  public static final int PROCESS_ALONE = 1;
  public static final int ONE_THREAD = 2;
  public static final int THREADS_ALONE = 3;

  public static final byte ABOVE = 0;
  public static final byte BELOW = 1;
  public static final byte EQUAL = 2;

  static final int PROCESS_FIELDS = 0;
  static final int THREAD_FIELDS = 8;
  static final int COMMAND_FIELDS = 16;
  static final int LIMITS_FIELDS = 24;
  public static final int STATES = 32;
  public static final int TOTAL_PAGES = 40;
  public static final int UIDS = 48;
  public static final int COMMS = 52;
  public static final int BOUNDS = 56;
  static final int COUNT = 60;
  public static final int AFRESH = 64;
  public static final int UNTIL = 68;
  public static final int LARGE = 72;
  public static final int UID = 80;
  public static final int COMM = UID + MOST_UIDS * Integer.BYTES;
  public static final int BOUND = COMM + MOST_COMMS * COMM_BYTES;
  public static final int BOUND_BYTES = 24;
  public static final int BOUND_FIELD = 2;
  public static final int BOUND_WHOLE = 4;
  public static final int BOUND_WIDTH = 6;
  public static final int BOUND_WHOLE_WIDTH = 7;
  public static final int BOUND_RELATION = 8;
  public static final int BOUND_SIGNED = 9;
  public static final int BOUND_LEVEL = 16;
  public static final int MOST_FOLLOWED = 16;
  public static final int PROCESS_CHANGE = BOUND + MOST_BOUNDS * BOUND_BYTES;
  public static final int CHANGE_NOW = 8;
  public static final int CHANGE_FIELDS = 16;
  public static final int CHANGE_COUNT = 24;
  public static final int CHANGE_AFRESH = 28;
  public static final int CHANGE_OFFSET = 32;
  public static final int CHANGE_WIDTH = CHANGE_OFFSET + MOST_FOLLOWED * Short.BYTES;
  static final int CHANGE_BYTES = CHANGE_WIDTH + MOST_FOLLOWED;
  public static final int THREAD_CHANGE = PROCESS_CHANGE + CHANGE_BYTES;
  public static final int CALLS = THREAD_CHANGE + CHANGE_BYTES;
  public static final int CALL_NUMBERS = 512;
  public static final int FUTEX = CALLS + CALL_NUMBERS / Byte.SIZE;
  public static final int NEXT = FUTEX + Long.BYTES;
  public static final int PROCESSES = NEXT + 4;
  public static final int THREADS = NEXT + 8;
  public static final int COMMANDS = NEXT + 12;
  public static final int LIMITS_COUNT = NEXT + 16;
  public static final int TEXT_BYTES = NEXT + 20;
  public static final int ADMITTED = NEXT + 24;
  public static final int BLOCKED_COUNT = NEXT + 28;
  static final int REQUEST_BYTES = NEXT + 32;

  static final int WORK = REQUEST_BYTES;
  static final int WORK_BYTES = 16;
  static final int WORK_TID = 4;
  static final int WORK_WHAT = 8;

  public static final int PROCESS = WORK + SLICE * WORK_BYTES;
  public static final int THREAD = PROCESS + SLICE * ProcessRecord.TYPE.size();
  public static final int COMMAND = THREAD + SLICE_THREADS * ThreadRecord.TYPE.size();
  public static final int READ = COMMAND + SLICE * CommandRecord.TYPE.size();
  public static final int READ_BYTES = 16;
  public static final int READ_MEMORY = 8;
  public static final int LIMITS = READ + SLICE * READ_BYTES;
  public static final int TEXT = LIMITS + SLICE * LimitsRecord.TYPE.size();
  public static final int SEEN = TEXT + SLICE_TEXT;
  public static final int SEEN_COMM = 8;
  public static final int SEEN_BYTES = SEEN_COMM + COMM_BYTES;
  public static final int SLICE_BLOCKED = 1024;
  public static final int WORDS = 128;
  public static final int BLOCKED = SEEN + SLICE_THREADS * SEEN_BYTES;
  public static final int BLOCKED_TID = 4;
  public static final int BLOCKED_COMPAT = 8;
  public static final int BLOCKED_ELSEWHERE = 12;
  public static final int BLOCKED_NUMBER = 16;
  public static final int BLOCKED_ARGUMENT = 24;
  public static final int BLOCKED_STACK = 72;
  public static final int BLOCKED_CODE = 80;
  public static final int BLOCKED_LAST_RAN = 88;
  public static final int BLOCKED_SWITCHES = 96;
  public static final int BLOCKED_WORDS_ADDRESS = 104;
  public static final int BLOCKED_WORDS_LENGTH = 112;
  public static final int BLOCKED_UID = 116;
  public static final int BLOCKED_COMM = 120;
  public static final int BLOCKED_WORDS = 136;
  public static final int BLOCKED_BYTES = BLOCKED_WORDS + WORDS;
  private static final int SUMS_BYTES = 13 * Long.BYTES;
  private static final int OWN_BYTES = SUMS_BYTES + 64 * Long.BYTES + 160;
  static final int SLOT_BYTES = BLOCKED + SLICE_BLOCKED * BLOCKED_BYTES + OWN_BYTES;

  static final int LIST_COUNT = 0;
  static final int FIRST_LISTED = 8;
  static final int LISTED_BYTES = 24;
  static final int LISTED_VISIBLE = 4;
  static final int LISTED_THREADS = 8;
  static final int LISTED_UID = 12;
  static final int LISTED_CSS_SET = 16;
  static final int LIST_BYTES = FIRST_LISTED + LISTED * LISTED_BYTES + Long.BYTES;

  public static final int CLOCK_OFFSET = 0;
  static final int PERCPU_OFFSET = CLOCK_OFFSET + PROCESSORS * Long.BYTES;
  static final int HOST_PROCESSORS = PERCPU_OFFSET + PROCESSORS * Long.BYTES;
  public static final int LEVEL = HOST_PROCESSORS + 4;
  static final int PID_NAMESPACE = LEVEL + 4;
  public static final int PAGE_SHIFT = PID_NAMESPACE + 3 * Long.BYTES;
  static final int LOST_EVENTS = PAGE_SHIFT + Long.BYTES;
  static final int WALKED_SLOT = LOST_EVENTS + Long.BYTES;
  static final int WALKS_ONE = WALKED_SLOT + Integer.BYTES;
  static final int HOST_BYTES = WALKS_ONE + Integer.BYTES;

  static final int SLICE_HELD = 1024;
  static final int HELD_TEXT = 128 * 1024;
  public static final int MOST_DEVICES = 8;
  public static final int HELD_BLOCK = 0;
  public static final int HELD_SHM = 8;
  public static final int HELD_DEVICES = 12;
  public static final int HELD_DEVICE = 16;
  public static final int HELD_COUNT = HELD_DEVICE + MOST_DEVICES * Long.BYTES;
  public static final int HELD_TEXT_BYTES = HELD_COUNT + 4;
  public static final int HELD_TEXTS = HELD_COUNT + 8;
  public static final int SOCKET_DEVICE = HELD_COUNT + 16;
  public static final int HELD_FD = SOCKET_DEVICE + Long.BYTES;
  public static final int MAPPING = HELD_FD + SLICE_HELD * FdRecord.TYPE.size();
  public static final int MAPPING_END = 8;
  public static final int MAPPING_DEVICE = 16;
  public static final int MAPPING_INODE = 24;
  public static final int MAPPING_PID = 32;
  public static final int MAPPING_IPC = 36;
  public static final int MAPPING_PATH = 40;
  public static final int MAPPING_PATH_LENGTH = 44;
  public static final int MAPPING_BYTES = 48;
  public static final int HELD_TEXT_OF = MAPPING + SLICE_HELD * MAPPING_BYTES;
  private static final int HELD_PATHS = 256;
  private static final int HELD_PATH_BYTES = 64;
  public static final int HELD_TASK = HELD_TEXT_OF + HELD_TEXT + Long.BYTES;
  static final int HELD_BYTES = HELD_TASK + Long.BYTES + HELD_PATHS * HELD_PATH_BYTES;

  public static final int MOST_LEVELS = 64;
  public static final int LEVELS_GENERATION = 0;
  public static final int LEVELS_COUNT = 8;
  public static final int LEVELS_FIRST = 16;
  public static final int LEVEL_BYTES = 16;
  public static final int LEVEL_USED = 4;
  public static final int LEVEL_PAGES = 8;
  static final int LEVELS_BYTES = LEVELS_FIRST + MOST_LEVELS * LEVEL_BYTES;

  public static final int EVENT_BYTES = 1 << 20;
  public static final int EVENT_PID = 4;
  public static final int EVENT_PARENT = 8;
  public static final int EVENT_STATUS = 12;
  public static final int EVENT_BOOTTIME = 16;

  private SharedLayout() {}
}
