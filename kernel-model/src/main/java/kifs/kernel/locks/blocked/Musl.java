package kifs.kernel.locks.blocked;

import kifs.kernel.locks.blocked.FutexClassifier.Call;
import kifs.kernel.record.WaitKind;
import org.jspecify.annotations.Nullable;

/**
 * How musl 1.1.24 to 1.2.5 lays out its locks and waits for them. Offsets are in bytes.
 *
 * <pre>
 *   mutex          type 0, lock 4, waiters 8; 64 bit prev 24, next 32; 32 bit prev 12, next 16
 *     normal       lock is EBUSY and names no owner, so the owner can't be found
 *     recursive, error-checking, robust
 *                  FUTEX_WAIT, value WAITERS|tid, and lock still has that value; the mutex is in
 *                  its owner's list
 *   rwlock         keeps no owner
 *   pthread_join   FUTEX_WAIT, private, value 1 or 2 at detach_state in struct pthread, 8 bytes after
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
   * Offset of the struct's first byte from detach_state: on aarch64, on x86-64, and in musl 1.1,
   * which has a second canary.
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

  /** Null if the word is part of no musl mutex, or the owner isn't known. */
  static @Nullable FutexWait mutex(Call call) {
    UserWords words = call.words();
    boolean is64Bit = call.abi().is64Bit();
    int type = words.intAt(TYPE);
    int lock = call.currentValue();
    int owner = lock & FutexClassifier.FUTEX_TID;
    boolean isType =
        words.has(TYPE, is64Bit ? 40 : 20)
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
            && words.pointerAt(is64Bit ? 20 : 8, call.abi()) != 0
            && words.pointerAt(is64Bit ? 28 : 12, call.abi()) != 0;
    return isType && held ? call.waitFor(WaitKind.MUTEX, mutexOf(call), owner) : null;
  }

  /** Null if the call isn't musl's pthread_join. */
  static @Nullable FutexWait join(Call call) {
    boolean waits =
        !call.bitset()
            && !call.shared()
            && (call.value() == JOINABLE || call.value() == EXITING)
            && call.currentValue() == call.value();
    int tid = call.words().intAt(TID);
    if (!waits || tid <= 0) {
      return null;
    }
    for (int self : call.abi().is64Bit() ? SELF_64 : SELF_32) {
      if (call.words().pointerAt(self, call.abi()) == call.word() + self) {
        return call.waitFor(WaitKind.JOIN, call.word(), tid);
      }
    }
    return null;
  }
}
