package kifs.notifier;

/**
 * The entity that is being looked at, and what an event would say of it.
 *
 * @param key tells it from others of the same kind
 * @param bornNs boot time at which it began
 * @param uid real user id of its process; -1: not asked for yet
 * @param comm raw bytes, one char each; empty for the system and for sums
 */
record Subject(long key, int pid, int tid, long bornNs, long uid, String comm) {
  static final Subject WHOLE = new Subject(0, 0, 0, 0, 0, "");

  Subject ownedBy(long user) {
    return new Subject(key, pid, tid, bornNs, user, comm);
  }

  /** Tells it from an entity that had the same key before. */
  boolean isSameAs(Subject other) {
    return key == other.key && bornNs == other.bornNs;
  }
}
