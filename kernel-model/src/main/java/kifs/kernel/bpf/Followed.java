package kifs.kernel.bpf;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kifs.kernel.bulk.Change;
import kifs.kernel.record.RecordType;

/** When changes were last followed, so that a gap isn't taken for rest. Thread-safe. */
final class Followed {
  private final Map<RecordType, Long> lastNs = new ConcurrentHashMap<>();

  /**
   * What a pass that is about to begin shall follow.
   *
   * @return the same, or afresh: the asker has had a pass at which this wasn't followed
   */
  Change next(Change change) {
    Long last = lastNs.put(change.type(), change.nowNs());
    return last != null && last == change.lastNs() ? change : change.afresh();
  }
}
