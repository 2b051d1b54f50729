package kifs.notifier;

import java.util.Collection;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.KernelSource;
import kifs.notifier.condition.Condition;
import kifs.notifier.sampling.WatchedScope;

/**
 * Keeps conditions on many entities from using all memory. The notifier keeps something for each
 * figure of each entity, and for each condition that an entity exceeds. Guarded by the notifier's
 * lock.
 */
final class MemoryBudget {
  /**
   * Estimated memory for one figure of one entity: the window of a busy counter, and the last
   * measure.
   */
  private static final long FIGURE_BYTES = 512;

  /**
   * Estimated average memory for one condition on one entity. An entity exceeds few conditions, and
   * only those need memory.
   */
  private static final long LEVEL_BYTES = 32;

  private final KernelSource source;
  private final long maxBytes;

  /**
   * @param maxBytes as in {@link NotifierOptions#maxKeptBytes}
   */
  MemoryBudget(KernelSource source, long maxBytes) {
    this.source = source;
    this.maxBytes = maxBytes;
  }

  /**
   * Makes sure that there is memory for one more condition.
   *
   * @param watched the scope of the condition; one of {@code watchedScopes}, or new
   * @throws TooManyWaitersException if the estimate exceeds the maximum
   */
  void require(Collection<WatchedScope> watchedScopes, WatchedScope watched, Condition condition)
      throws TooManyWaitersException {
    if (!watched.hasManyEntities() || watched.isWatching(condition)) {
      return;
    }
    long keptBytes = entityCount(watched) * (FIGURE_BYTES + LEVEL_BYTES);
    for (WatchedScope each : watchedScopes) {
      keptBytes += each.hasManyEntities() ? keptBytes(each) : 0;
    }
    if (keptBytes > maxBytes) {
      throw new TooManyWaitersException(
          "conditions on many entities take too much memory; see -Xmx in mount.sh");
    }
  }

  /** The estimated memory for all conditions of one scope, in bytes. */
  private long keptBytes(WatchedScope watched) {
    return watched.isEmpty()
        ? 0
        : entityCount(watched)
            * (FIGURE_BYTES * watched.figureCount() + LEVEL_BYTES * watched.conditionCount());
  }

  /** The number of entities in the scope, as far as it is known without a sample. */
  private long entityCount(WatchedScope watched) {
    boolean known = watched.entities().foundAll() && watched.entities().count() > 0;
    boolean counted = watched.type() != ShmRecord.TYPE && watched.type() != CgroupRecord.TYPE;
    if (known || !watched.isHostWide() || !counted) {
      return Math.max(1, watched.entities().count());
    }
    Record host = Record.allocate(SystemRecord.TYPE);
    boolean threads = watched.type() == ThreadRecord.TYPE;
    Field field = threads ? SystemRecord.THREADS : SystemRecord.PROCESSES;
    source.readSystem(field.bit(), host);
    return Math.max(1, host.get(field));
  }
}
