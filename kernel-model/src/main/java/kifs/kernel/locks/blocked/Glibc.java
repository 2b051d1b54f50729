package kifs.kernel.locks.blocked;

import kifs.kernel.locks.blocked.FutexClassifier.Call;
import kifs.kernel.record.WaitKind;
import org.jspecify.annotations.Nullable;

/**
 * How glibc 2.31 to 2.42 lays out its locks and waits for them. Offsets are in bytes.
 *
 * <pre>
 *   mutex          64 bit  lock 0, count 4, owner 8, nusers 12, kind 16
 *                  32 bit  lock 0, count 4, owner 8, kind 12, nusers 16
 *     normal, adaptive, error-checking, recursive
 *                  FUTEX_WAIT, value 2; lock is 1 or 2; owner is cleared before lock is
 *     robust       FUTEX_WAIT, never private, value WAITERS|tid, and lock still has that value
 *     priority protect
 *                  FUTEX_WAIT, value ceiling&lt;&lt;19|2
 *   rwlock         readers 0, writers 4, wrphase_futex 8, writers_futex 12, pads 16 and 20,
 *                  64 bit cur_writer 24, shared 28; 32 bit shared 25 (a byte), cur_writer 28
 *     reader       value 3 at wrphase_futex, or the value of readers at readers
 *     writer       value 3 at writers_futex, or 2 at wrphase_futex
 *   pthread_join   FUTEX_WAIT or _BITSET, never private, value: the tid, at tid in struct pthread;
 *                  after tid, the head of its robust list has the constant futex_offset
 * </pre>
 */
final class Glibc {
  private static final int LOCKED = 1;
  private static final int LOCKED_WITH_WAITERS = 2;
  private static final int CEILING_SHIFT = 19;
  private static final int UNDER_CEILING = (1 << CEILING_SHIFT) - 1;

  private static final int KIND_TYPE = 3;
  private static final int KIND_RECURSIVE = 1;
  private static final int KIND_ROBUST = 16;
  private static final int KIND_PI = 32;
  private static final int KIND_PROTECT = 64;
  private static final int KIND_SHARED = 128;

  /** All bits above except PI, and the two bits that say whether the lock may be elided. */
  private static final int KIND_KNOWN = 0x3F3 & ~KIND_PI;

  private static final int LOCK = 0;
  private static final int COUNT = 4;
  private static final int OWNER = 8;
  private static final int MUTEX_BYTES = 20;

  private static final int READERS_WRITE_LOCKED = 2;
  private static final int READERS_WAITING = 4;
  private static final int FUTEX_USED = 2;
  private static final int SET_AND_USED = 3;
  private static final int WRPHASE_FUTEX = 8;
  private static final int WRITERS_FUTEX = 12;
  private static final int RWLOCK_BYTES = 32;

  private Glibc() {}

  /** Null if the word is part of no glibc lock, or the lock has no owner. */
  static @Nullable FutexWait classify(Call call) {
    FutexWait found = join(call);
    if (found == null && !call.bitset()) {
      found = mutex(call);
    }
    return found == null ? rwlock(call) : found;
  }

  static boolean isPiMutex(Call call) {
    int kind = call.words().intAt(call.abi().is64Bit() ? 16 : 12);
    return (kind & ~(KIND_KNOWN | KIND_PI)) == 0 && (kind & KIND_PI) != 0;
  }

  private static @Nullable FutexWait mutex(Call call) {
    UserWords words = call.words();
    if (!words.has(LOCK, MUTEX_BYTES)) {
      return null;
    }
    boolean is64Bit = call.abi().is64Bit();
    int kind = words.intAt(is64Bit ? 16 : 12);
    int users = words.intAt(is64Bit ? 12 : 16);
    int owner = words.intAt(OWNER);
    boolean held = users > 0 && owner > 0 && (kind & ~KIND_KNOWN) == 0;
    // glibc waits for every robust mutex as if it were shared, so the kind says whether it is.
    boolean shared = (kind & KIND_SHARED) != 0;
    return held && waitsLike(kind, call, owner)
        ? new FutexWait(WaitKind.MUTEX, call.word(), owner, call.timed(), shared)
        : null;
  }

  private static boolean waitsLike(int kind, Call call, int owner) {
    int lock = call.currentValue();
    if ((kind & KIND_ROBUST) != 0) {
      return call.shared()
          && lock == call.value()
          && lock == (owner | FutexClassifier.FUTEX_WAITERS);
    }
    if (call.shared() != ((kind & KIND_SHARED) != 0)) {
      return false;
    }
    if ((kind & KIND_PROTECT) != 0) {
      return (call.value() & UNDER_CEILING) == LOCKED_WITH_WAITERS
          && (lock & UNDER_CEILING) != 0
          && lock >>> CEILING_SHIFT == call.value() >>> CEILING_SHIFT;
    }
    boolean locked = lock == LOCKED || lock == LOCKED_WITH_WAITERS;
    boolean counts = (kind & KIND_TYPE) == KIND_RECURSIVE;
    return call.value() == LOCKED_WITH_WAITERS
        && locked
        && (call.words().intAt(COUNT) != 0) == counts;
  }

  private static @Nullable FutexWait rwlock(Call call) {
    int value = call.value();
    FutexWait found = null;
    if (value == SET_AND_USED || value == FUTEX_USED) {
      found = rwlockAt(-WRPHASE_FUTEX, call);
    }
    if (found == null && value == SET_AND_USED) {
      found = rwlockAt(-WRITERS_FUTEX, call);
    }
    if (found == null && (value & READERS_WAITING) != 0 && value == call.currentValue()) {
      found = rwlockAt(0, call);
    }
    return found;
  }

  /**
   * @param at offset of the rwlock's first byte from the futex word
   */
  private static @Nullable FutexWait rwlockAt(int at, Call call) {
    UserWords words = call.words();
    if (!words.has(at, RWLOCK_BYTES)) {
      return null;
    }
    boolean is64Bit = call.abi().is64Bit();
    int writer = words.intAt(at + (is64Bit ? 24 : 28));
    boolean shared = is64Bit ? words.intAt(at + 28) != 0 : (words.intAt(at + 24) & 0xFF00) != 0;
    boolean fits =
        (words.intAt(at) & READERS_WRITE_LOCKED) != 0
            && (words.intAt(at + WRPHASE_FUTEX) & ~SET_AND_USED) == 0
            && (words.intAt(at + WRITERS_FUTEX) & ~SET_AND_USED) == 0
            && words.intAt(at + 16) == 0
            && words.intAt(at + 20) == 0
            && shared == call.shared();
    return fits && writer > 0 ? call.waitFor(WaitKind.RWLOCK, call.word() + at, writer) : null;
  }

  private static @Nullable FutexWait join(Call call) {
    int tid = call.value();
    boolean fits = call.shared() && tid > 0 && call.currentValue() == tid && isThreadStruct(call);
    return fits ? call.waitFor(WaitKind.JOIN, call.word(), tid) : null;
  }

  /**
   * Whether the word is tid in a struct pthread. futex_offset, the distance from a robust mutex's
   * list entry to its lock word, is the same in every thread.
   */
  private static boolean isThreadStruct(Call call) {
    UserWords words = call.words();
    return call.abi().is64Bit()
        ? words.longAt(24) == -32
        : words.intAt(12) == -20 || words.intAt(8) == -20;
  }
}
