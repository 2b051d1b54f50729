package kifs.kernel.locks.blocked;

import kifs.kernel.record.WaitKind;

/**
 * What a futex(2) wait is for, as far as the words around the futex tell.
 *
 * @param kind FUTEX: something whose owner can't be told
 * @param object address of the lock that the word is part of; of the word itself where that is not
 *     known
 * @param ownerTid the owner's id in its own pid namespace; 0: nobody
 * @param timed whether the call has a time-out
 * @param shared whether the lock is shared between processes
 */
record FutexWait(WaitKind kind, long object, int ownerTid, boolean timed, boolean shared) {

  /** Whether the owner may belong to another process. */
  boolean hasForeignOwner() {
    return shared && kind != WaitKind.JOIN;
  }

  /**
   * What is certain of it: without an owner that is there it is no more than a wait at a word, but
   * for PI mutexes, since LOCK_PI is called for nothing else.
   *
   * @param found whether the owner is there
   * @param word the futex word's address
   */
  FutexWait certain(boolean found, long word) {
    return found || kind == WaitKind.PI_MUTEX
        ? this
        : new FutexWait(WaitKind.FUTEX, word, 0, timed, shared);
  }
}
