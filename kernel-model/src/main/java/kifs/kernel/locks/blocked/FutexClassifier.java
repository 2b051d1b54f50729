package kifs.kernel.locks.blocked;

import kifs.kernel.record.WaitKind;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a thread that is blocked in futex(2) waits for. A futex word alone doesn't say
 * which kind of lock it is part of. So a lock is recognised by everything that its library keeps
 * around the word, and by how that library waits. If a single point doesn't fit, the wait is
 * classified as a futex without an owner, because a wrong owner would make a false deadlock.
 * Stateless.
 *
 * <p>PI mutexes are simple: FUTEX_LOCK_PI has no other use, and the kernel itself demands the
 * owner's tid in the word. {@link Glibc} and {@link Musl} recognise all other locks.
 */
final class FutexClassifier {
  static final int FUTEX_WAITERS = 0x8000_0000;
  static final int FUTEX_OWNER_DIED = 0x4000_0000;
  static final int FUTEX_TID = 0x3FFF_FFFF;

  private static final int WAIT = 0;
  private static final int LOCK_PI = 6;
  private static final int WAIT_BITSET = 9;
  private static final int WAIT_REQUEUE_PI = 11;
  private static final int LOCK_PI2 = 13;
  private static final int PRIVATE = 128;
  private static final int COMMAND = 127;

  private FutexClassifier() {}

  /** The arguments of a waiting futex(2) call, and the memory around its word. */
  record Call(
      Abi abi,
      long word,
      boolean bitset,
      int value,
      boolean timed,
      boolean shared,
      UserWords words) {

    FutexWait waitFor(WaitKind kind, long object, int owner) {
      return new FutexWait(kind, object, owner, timed, shared);
    }

    int currentValue() {
      return words.intAt(0);
    }
  }

  /** Null if the call isn't one that waits. */
  static @Nullable FutexWait classify(BlockedCall blocked) {
    int operation = (int) blocked.argument(1);
    int command = operation & COMMAND;
    boolean waits =
        command == WAIT
            || command == WAIT_BITSET
            || command == LOCK_PI
            || command == LOCK_PI2
            || command == WAIT_REQUEUE_PI;
    if (!waits) {
      return null;
    }
    Call call =
        new Call(
            blocked.abi(),
            blocked.argument(0),
            command == WAIT_BITSET,
            (int) blocked.argument(2),
            blocked.argument(3) != 0,
            (operation & PRIVATE) == 0,
            blocked.words());
    FutexWait found = null;
    if (command == LOCK_PI || command == LOCK_PI2) {
      found = pi(call);
    } else if (command != WAIT_REQUEUE_PI && call.words().has(0, Integer.BYTES)) {
      found = Musl.join(call);
      found = found == null ? Glibc.classify(call) : found;
      found = found == null ? Musl.mutex(call) : found;
    }
    return found == null ? call.waitFor(WaitKind.FUTEX, call.word(), 0) : found;
  }

  private static FutexWait pi(Call call) {
    int word = call.currentValue();
    int owner = (word & FUTEX_OWNER_DIED) == 0 ? word & FUTEX_TID : 0;
    boolean musl = !Glibc.isPiMutex(call) && Musl.isPiMutex(call);
    long object = musl ? Musl.mutexOf(call) : call.word();
    return call.waitFor(WaitKind.PI_MUTEX, object, owner);
  }
}
