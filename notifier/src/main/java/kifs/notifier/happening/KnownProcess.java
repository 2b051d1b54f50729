package kifs.notifier.happening;

/**
 * A process as it was last seen.
 *
 * @param uid -1: not known
 * @param parent its parent's id; 0: not known
 */
public record KnownProcess(int pid, long bornNs, long uid, String comm, int parent) {
  /** One of which nothing but the id is known. */
  static KnownProcess only(int pid) {
    return new KnownProcess(pid, 0, -1, "", 0);
  }
}
