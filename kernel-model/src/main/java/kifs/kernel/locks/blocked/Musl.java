package kifs.kernel.locks.blocked;

import kifs.kernel.locks.blocked.FutexClassifier.Call;
import kifs.kernel.record.WaitKind;

/**
 * How musl lays its locks out and waits for them, 1.1.24 to 1.2.5.
 *
 * <pre>
 *   mutex          type 0, lock 4, waiters 8; 64 bit prev 24, next 32; 32 bit prev 12, next 16
 *     normal       lock is EBUSY: nobody's, so its owner can't be told
 *     recursive, error-checking, robust
 *                  FUTEX_WAIT, value WAITERS|tid, and lock still is that; the mutex is in its
 *                  owner's list
 *   rwlock         keeps no owner
 *   pthread_join   FUTEX_WAIT, private, value 1 or 2 at detach_state in struct pthread, 8 bytes behind
 *                  tid; the struct begins with a pointer to itself
 * </pre>
 */
final class Musl {
  private static final int TYPE = -4;
  private static final int WAITERS = 4;
  private static final int TYPE_KIND = 3;
  private static final int TYPE_ROBUST = 4;
  private static final int TYPE_PI = 8;
  private static final int TYPE_SHARED = 128;
  private static final int TYPE_KNOWN = TYPE_KIND | TYPE_ROBUST | TYPE_PI | TYPE_SHARED;

  private static final int EXITING = 1;
  private static final int JOINABLE = 2;
  private static final int TID = -8;

  /**
   * From detach_state to the struct's beginning: aarch64, x86-64, and 1.1's with a second canary.
   */
  private static final int[] SELF_64 = {-40, -56, -64};

  private static final int[] SELF_32 = {-32, -36};

  private Musl() {}

  static boolean isPiMutex(Call call) {
    int type = call.words().intAt(TYPE);
    return (type & ~TYPE_KNOWN) == 0 && (type & TYPE_PI) != 0;
  }

  static long mutexOf(Call call) {
    return call.word() + TYPE;
  }

  /** Null if it is no mutex of musl's, or its owner can't be told. */
  static FutexWait mutex(Call call) {
    UserWords words = call.words();
    boolean wide = call.abi().is64Bit();
    int type = words.intAt(TYPE);
    int lock = call.now();
    int owner = lock & FutexClassifier.FUTEX_TID;
    boolean ofThatType =
        words.has(TYPE, wide ? 40 : 20)
            && (type & ~TYPE_KNOWN) == 0
            && (type & TYPE_KIND) != TYPE_KIND
            && (type & TYPE_PI) == 0
            && (type & (TYPE_KIND | TYPE_ROBUST)) != 0
            && call.shared() == ((type & TYPE_SHARED) != 0);
    boolean held =
        !call.bitset()
            && lock == call.value()
            && (lock & FutexClassifier.FUTEX_WAITERS) != 0
            && (lock & FutexClassifier.FUTEX_OWNER_DIED) == 0
            && words.intAt(WAITERS) > 0
            && words.pointerAt(wide ? 20 : 8, call.abi()) != 0
            && words.pointerAt(wide ? 28 : 12, call.abi()) != 0;
    return ofThatType && held ? call.of(WaitKind.MUTEX, mutexOf(call), owner) : null;
  }

  /** Null if it is no join of musl's. */
  static FutexWait join(Call call) {
    boolean waits =
        !call.bitset()
            && !call.shared()
            && (call.value() == JOINABLE || call.value() == EXITING)
            && call.now() == call.value();
    int tid = call.words().intAt(TID);
    if (!waits || tid <= 0) {
      return null;
    }
    for (int self : call.abi().is64Bit() ? SELF_64 : SELF_32) {
      if (call.words().pointerAt(self, call.abi()) == call.word() + self) {
        return call.of(WaitKind.JOIN, call.word(), tid);
      }
    }
    return null;
  }
}
