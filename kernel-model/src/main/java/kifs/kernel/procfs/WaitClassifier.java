package kifs.kernel.procfs;

import kifs.kernel.linux.LibC;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;

/**
 * Tells what a blocked thread waits for, from the system call it is in and the word it waits on.
 * Whatever isn't sure is a futex of another kind: a wrong owner would make a false deadlock.
 * Thread-safe.
 *
 * <p>What glibc does, 2.28 to 2.42:
 *
 * <pre>
 *   plain mutex    FUTEX_WAIT, value 2; word != 0; owner's tid 8 bytes behind the word
 *   robust mutex   FUTEX_WAIT, value 0x80000000|tid, and the word still is that
 *   PI mutex       FUTEX_LOCK_PI; the word's low 30 bits are the owner's tid
 *   pthread_join   FUTEX_WAIT or _BITSET, not private, value: the joined thread's tid; so the word
 * </pre>
 */
final class WaitClassifier {
  static final int NOTHING = 0;
  static final int MUTEX = 1;
  static final int PI_MUTEX = 2;
  static final int JOIN = 3;
  static final int FILE_LOCK = 4;
  static final int CHILD = 5;
  static final int OTHER_FUTEX = 6;

  private static final int FUTEX_WAIT = 0;
  private static final int FUTEX_LOCK_PI = 6;
  private static final int FUTEX_WAIT_BITSET = 9;
  private static final int FUTEX_LOCK_PI2 = 13;
  private static final int FUTEX_PRIVATE = 128;
  private static final int FUTEX_COMMAND = 127;
  private static final int LOCKED_WITH_WAITERS = 2;
  private static final int FUTEX_WAITERS = 0x8000_0000;
  private static final int FUTEX_TID = 0x3FFF_FFFF;
  private static final int OWNER_OFFSET = 8;

  private static final int F_SETLKW = 7;
  private static final int F_OFD_SETLKW = 38;
  private static final int P_PID = 1;

  private static final boolean ARM = LibC.isArm();
  private static final int FUTEX = ARM ? 98 : 202;
  private static final int FCNTL = ARM ? 25 : 72;
  private static final int FLOCK = ARM ? 32 : 73;
  private static final int WAIT4 = ARM ? 260 : 61;
  private static final int WAITID = ARM ? 95 : 247;

  private final int root;

  /**
   * @param root the open root of /proc, to look other processes' threads up
   */
  WaitClassifier(int root) {
    this.root = root;
  }

  /**
   * Fills the wait fields from {@code scan.syscall} of the thread that it is at. STATE must have
   * been filled.
   */
  void classify(Scan scan, long fields, Record into) {
    long state = into.get(ThreadRecord.STATE);
    if (!scan.syscall.inSystemCall() || state != 'S' && state != 'D') {
      put(fields, into, NOTHING);
      return;
    }
    SyscallFile call = scan.syscall;
    int command = (int) call.argument(1);
    if (call.number() == FUTEX) {
      futex(scan, fields, into);
    } else if (call.number() == FLOCK
        || call.number() == FCNTL && (command == F_SETLKW || command == F_OFD_SETLKW)) {
      put(fields, into, FILE_LOCK);
      putObject(fields, into, call.argument(0) & 0xFFFF_FFFFL);
    } else if (call.number() == WAIT4) {
      child(scan, fields, into, (int) call.argument(0));
    } else if (call.number() == WAITID) {
      child(scan, fields, into, call.argument(0) == P_PID ? (int) call.argument(1) : 0);
    } else {
      put(fields, into, NOTHING);
    }
  }

  private void child(Scan scan, long fields, Record into, int pid) {
    put(fields, into, CHILD);
    if (pid > 0 && isThread(scan, pid)) {
      putOwner(fields, into, pid);
    }
  }

  private void futex(Scan scan, long fields, Record into) {
    SyscallFile call = scan.syscall;
    long word = call.argument(0);
    int operation = (int) call.argument(1);
    int value = (int) call.argument(2);
    int command = operation & FUTEX_COMMAND;
    boolean shared = (operation & FUTEX_PRIVATE) == 0;
    int kind = OTHER_FUTEX;
    int owner = 0;
    if (command == FUTEX_LOCK_PI || command == FUTEX_LOCK_PI2) {
      kind = PI_MUTEX;
      owner = word(scan, word, 4) ? scan.small().getInt(0) & FUTEX_TID : 0;
    } else if (command == FUTEX_WAIT && value == LOCKED_WITH_WAITERS) {
      kind = MUTEX;
      owner = ownerOf(scan, word);
    } else if (command == FUTEX_WAIT && (value & FUTEX_WAITERS) != 0) {
      kind = MUTEX;
      owner = word(scan, word, 4) && scan.small().getInt(0) == value ? value & FUTEX_TID : 0;
    } else if ((command == FUTEX_WAIT || command == FUTEX_WAIT_BITSET) && shared && value > 0) {
      kind = JOIN;
      owner = word(scan, word, 4) && scan.small().getInt(0) == value ? value : 0;
    }
    boolean anywhere = shared && kind != JOIN;
    boolean sure = owner > 0 && (scan.hasSibling(owner) || anywhere && isThread(scan, owner));
    // LOCK_PI is called for nothing but PI mutexes, whether or not the owner is to be seen.
    put(fields, into, sure || kind == PI_MUTEX ? kind : OTHER_FUTEX);
    putObject(fields, into, word);
    if (sure) {
      putOwner(fields, into, owner);
    }
  }

  private int ownerOf(Scan scan, long mutex) {
    boolean held = word(scan, mutex, OWNER_OFFSET + 4) && scan.small().getInt(0) != 0;
    return held ? scan.small().getInt(OWNER_OFFSET) : 0;
  }

  /** Reads memory of the thread's process into {@link Scan#small}. */
  private static boolean word(Scan scan, long address, int length) {
    int memory = scan.open(Name.MEM);
    if (memory < 0) {
      return false;
    }
    int got = scan.peek(memory, address, length);
    LibC.close(memory);
    return got == length;
  }

  private boolean isThread(Scan scan, int tid) {
    return scan.existsIn(root, tid);
  }

  private static void put(long fields, Record into, int kind) {
    if ((fields & ThreadRecord.WAIT_KIND.bit()) != 0) {
      into.set(ThreadRecord.WAIT_KIND, kind);
    }
  }

  private static void putObject(long fields, Record into, long object) {
    if ((fields & ThreadRecord.WAIT_OBJECT.bit()) != 0) {
      into.set(ThreadRecord.WAIT_OBJECT, object);
    }
  }

  private static void putOwner(long fields, Record into, int owner) {
    if ((fields & ThreadRecord.WAIT_OWNER.bit()) != 0) {
      into.set(ThreadRecord.WAIT_OWNER, owner);
    }
  }
}
