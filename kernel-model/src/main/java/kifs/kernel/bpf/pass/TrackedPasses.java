package kifs.kernel.bpf.pass;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kifs.kernel.query.Change;
import kifs.kernel.record.RecordType;

/**
 * Remembers, per record type, when a pass last tracked changes. The programs keep the digests of
 * that pass only. If the last pass of a query was another one, the programs can't find what has
 * changed since, so they must not omit a process as unchanged. Thread-safe.
 */
final class TrackedPasses {
  private final Map<RecordType, Long> lastNs = new ConcurrentHashMap<>();

  /**
   * Notes that the pass which is about to begin tracks a change.
   *
   * @return the change itself if the query's last pass is the one that was tracked last; otherwise
   *     the change for a full pass, because the programs' digests are of no use to this query
   */
  Change next(Change change) {
    Long last = lastNs.put(change.type(), change.nowNs());
    return last != null && last == change.lastNs() ? change : change.asFullPass();
  }
}
