package kifs.notifier.happening;

/**
 * A process as it was last read. Immutable.
 *
 * @param bornNs boot time at which it began; 0: not known
 * @param uid real user id; -1: not known
 * @param comm the name as raw bytes, one char each; empty: not known
 * @param parent its parent's pid; 0: not known
 */
public record KnownProcess(int pid, long bornNs, long uid, String comm, int parent) {
  /** Returns a process of which only the pid is known. */
  static KnownProcess only(int pid) {
    return new KnownProcess(pid, 0, -1, "", 0);
  }
}
