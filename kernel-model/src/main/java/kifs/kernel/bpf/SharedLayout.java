package kifs.kernel.bpf;

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
final class SharedLayout {
  static final int SLOTS = 4;
  static final int SLICE = 256;
  static final int SLICE_THREADS = 2048;
  static final int SLICE_TEXT = 256 * 1024;
  static final int MOST_UIDS = 16;
  static final int MOST_COMMS = 8;
  static final int MOST_BOUNDS = 16;
  static final int LISTED = 64 * 1024;
  static final int PROCESSORS = 1024;
  static final int COMM_BYTES = 16;

  /** Instead of a text's length: /proc must be asked; the process be asked again. */
  static final int ELSEWHERE = -1;

  static final int LATER = -2;

  /** The same: nothing can have changed it since it was last read. */
  static final int UNCHANGED = -3;

  static final int WHOLE = 0;
  static final int PROCESS_ALONE = 1;
  static final int ONE_THREAD = 2;
  static final int THREADS_ALONE = 3;

  static final byte ABOVE = 0;
  static final byte BELOW = 1;
  static final byte EQUAL = 2;

  static final int PROCESS_FIELDS = 0;
  static final int THREAD_FIELDS = 8;
  static final int COMMAND_FIELDS = 16;
  static final int LIMITS_FIELDS = 24;
  static final int STATES = 32;
  static final int TOTAL_PAGES = 40;
  static final int UIDS = 48;
  static final int COMMS = 52;
  static final int BOUNDS = 56;
  static final int COUNT = 60;
  static final int AFRESH = 64;
  static final int UNTIL = 68;
  static final int LARGE = 72;
  static final int UID = 80;
  static final int COMM = UID + MOST_UIDS * Integer.BYTES;
  static final int BOUND = COMM + MOST_COMMS * COMM_BYTES;
  static final int BOUND_BYTES = 24;
  static final int BOUND_FIELD = 2;
  static final int BOUND_WHOLE = 4;
  static final int BOUND_WIDTH = 6;
  static final int BOUND_WHOLE_WIDTH = 7;
  static final int BOUND_RELATION = 8;
  static final int BOUND_SIGNED = 9;
  static final int BOUND_LEVEL = 16;
  static final int MOST_FOLLOWED = 16;
  static final int PROCESS_CHANGE = BOUND + MOST_BOUNDS * BOUND_BYTES;
  static final int CHANGE_NOW = 8;
  static final int CHANGE_FIELDS = 16;
  static final int CHANGE_COUNT = 24;
  static final int CHANGE_AFRESH = 28;
  static final int CHANGE_OFFSET = 32;
  static final int CHANGE_WIDTH = CHANGE_OFFSET + MOST_FOLLOWED * Short.BYTES;
  static final int CHANGE_BYTES = CHANGE_WIDTH + MOST_FOLLOWED;
  static final int THREAD_CHANGE = PROCESS_CHANGE + CHANGE_BYTES;
  static final int CALLS = THREAD_CHANGE + CHANGE_BYTES;
  static final int CALL_NUMBERS = 512;
  static final int FUTEX = CALLS + CALL_NUMBERS / Byte.SIZE;
  static final int NEXT = FUTEX + Long.BYTES;
  static final int PROCESSES = NEXT + 4;
  static final int THREADS = NEXT + 8;
  static final int COMMANDS = NEXT + 12;
  static final int LIMITS_COUNT = NEXT + 16;
  static final int TEXT_BYTES = NEXT + 20;
  static final int ADMITTED = NEXT + 24;
  static final int BLOCKED_COUNT = NEXT + 28;
  static final int REQUEST_BYTES = NEXT + 32;

  static final int WORK = REQUEST_BYTES;
  static final int WORK_BYTES = 16;
  static final int WORK_TID = 4;
  static final int WORK_WHAT = 8;

  static final int PROCESS = WORK + SLICE * WORK_BYTES;
  static final int THREAD = PROCESS + SLICE * ProcessRecord.TYPE.size();
  static final int COMMAND = THREAD + SLICE_THREADS * ThreadRecord.TYPE.size();
  static final int READ = COMMAND + SLICE * CommandRecord.TYPE.size();
  static final int READ_BYTES = 16;
  static final int READ_MEMORY = 8;
  static final int LIMITS = READ + SLICE * READ_BYTES;
  static final int TEXT = LIMITS + SLICE * LimitsRecord.TYPE.size();
  static final int SEEN = TEXT + SLICE_TEXT;
  static final int SEEN_COMM = 8;
  static final int SEEN_BYTES = SEEN_COMM + COMM_BYTES;
  static final int SLICE_BLOCKED = 1024;
  static final int WORDS = 128;
  static final int BLOCKED = SEEN + SLICE_THREADS * SEEN_BYTES;
  static final int BLOCKED_TID = 4;
  static final int BLOCKED_COMPAT = 8;
  static final int BLOCKED_ELSEWHERE = 12;
  static final int BLOCKED_NUMBER = 16;
  static final int BLOCKED_ARGUMENT = 24;
  static final int BLOCKED_STACK = 72;
  static final int BLOCKED_CODE = 80;
  static final int BLOCKED_LAST_RAN = 88;
  static final int BLOCKED_SWITCHES = 96;
  static final int BLOCKED_WORDS_ADDRESS = 104;
  static final int BLOCKED_WORDS_LENGTH = 112;
  static final int BLOCKED_UID = 116;
  static final int BLOCKED_COMM = 120;
  static final int BLOCKED_WORDS = 136;
  static final int BLOCKED_BYTES = BLOCKED_WORDS + WORDS;
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

  static final int CLOCK_OFFSET = 0;
  static final int PERCPU_OFFSET = CLOCK_OFFSET + PROCESSORS * Long.BYTES;
  static final int HOST_PROCESSORS = PERCPU_OFFSET + PROCESSORS * Long.BYTES;
  static final int LEVEL = HOST_PROCESSORS + 4;
  static final int PID_NAMESPACE = LEVEL + 4;
  static final int PAGE_SHIFT = PID_NAMESPACE + 3 * Long.BYTES;
  static final int LOST_EVENTS = PAGE_SHIFT + Long.BYTES;
  static final int WALKED_SLOT = LOST_EVENTS + Long.BYTES;
  static final int WALKS_ONE = WALKED_SLOT + Integer.BYTES;
  static final int HOST_BYTES = WALKS_ONE + Integer.BYTES;

  static final int SLICE_HELD = 1024;
  static final int HELD_TEXT = 128 * 1024;
  static final int MOST_DEVICES = 8;
  static final int HELD_BLOCK = 0;
  static final int HELD_SHM = 8;
  static final int HELD_DEVICES = 12;
  static final int HELD_DEVICE = 16;
  static final int HELD_COUNT = HELD_DEVICE + MOST_DEVICES * Long.BYTES;
  static final int HELD_TEXT_BYTES = HELD_COUNT + 4;
  static final int HELD_TEXTS = HELD_COUNT + 8;
  static final int SOCKET_DEVICE = HELD_COUNT + 16;
  static final int HELD_FD = SOCKET_DEVICE + Long.BYTES;
  static final int MAPPING = HELD_FD + SLICE_HELD * FdRecord.TYPE.size();
  static final int MAPPING_END = 8;
  static final int MAPPING_DEVICE = 16;
  static final int MAPPING_INODE = 24;
  static final int MAPPING_PID = 32;
  static final int MAPPING_IPC = 36;
  static final int MAPPING_PATH = 40;
  static final int MAPPING_PATH_LENGTH = 44;
  static final int MAPPING_BYTES = 48;
  static final int HELD_TEXT_OF = MAPPING + SLICE_HELD * MAPPING_BYTES;
  private static final int HELD_PATHS = 256;
  private static final int HELD_PATH_BYTES = 64;
  static final int HELD_TASK = HELD_TEXT_OF + HELD_TEXT + Long.BYTES;
  static final int HELD_BYTES = HELD_TASK + Long.BYTES + HELD_PATHS * HELD_PATH_BYTES;

  static final int MOST_LEVELS = 64;
  static final int LEVELS_GENERATION = 0;
  static final int LEVELS_COUNT = 8;
  static final int LEVELS_FIRST = 16;
  static final int LEVEL_BYTES = 16;
  static final int LEVEL_USED = 4;
  static final int LEVEL_PAGES = 8;
  static final int LEVELS_BYTES = LEVELS_FIRST + MOST_LEVELS * LEVEL_BYTES;

  static final int EVENT_BYTES = 1 << 20;
  static final int EVENT_PID = 4;
  static final int EVENT_PARENT = 8;
  static final int EVENT_STATUS = 12;
  static final int EVENT_BOOTTIME = 16;

  private SharedLayout() {}
}
