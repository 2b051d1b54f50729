package kifs.kernel.locks.blocked;

import kifs.kernel.record.WaitKind;

/**
 * What a futex(2) call waits for, according to the words around the futex. Immutable.
 *
 * @param kind FUTEX: something whose owner isn't known
 * @param object address of the lock that the word is part of, or of the word itself if the lock
 *     isn't known
 * @param ownerTid the owner's tid in the pid namespace of the owner; 0: not known
 * @param timed whether the call has a timeout
 * @param shared whether processes share the lock
 */
record FutexWait(WaitKind kind, long object, int ownerTid, boolean timed, boolean shared) {

  /** Whether the owner may belong to another process. */
  boolean hasForeignOwner() {
    return shared && kind != WaitKind.JOIN;
  }

  /**
   * Reduces the wait to what is certain. If the owner doesn't exist, the words were no lock, and
   * the wait is only one at a futex word. PI mutexes are an exception, since LOCK_PI has no other
   * use.
   *
   * @param found whether the owner exists
   * @param word the futex word's address
   */
  FutexWait certain(boolean found, long word) {
    return found || kind == WaitKind.PI_MUTEX
        ? this
        : new FutexWait(WaitKind.FUTEX, word, 0, timed, shared);
  }
}
