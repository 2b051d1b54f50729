package kifs.kernel.bpf.pass;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kifs.kernel.query.Change;
import kifs.kernel.record.RecordType;

/**
 * Remembers, per record type, when a pass last tracked changes. The programs keep what they saw in
 * that pass alone, so if the asker's last pass is another one, they can't tell what has changed
 * since, and mustn't take a process for unchanged. Thread-safe.
 */
final class Followed {
  private final Map<RecordType, Long> lastNs = new ConcurrentHashMap<>();

  /**
   * Notes that a pass which is about to begin tracks a change, and says how.
   *
   * @return the change itself if the asker's last pass is the one that was tracked last; otherwise
   *     the change with everything taken for changed, as what was seen before is of no use
   */
  Change next(Change change) {
    Long last = lastNs.put(change.type(), change.nowNs());
    return last != null && last == change.lastNs() ? change : change.afresh();
  }
}
