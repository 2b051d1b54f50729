package kifs.notifier;

import java.util.Collection;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.KernelSource;
import kifs.notifier.condition.Condition;
import kifs.notifier.sampling.WatchedScope;

/**
 * Keeps conditions on many entities at once from taking all memory: of each entity each figure is
 * kept, and each level that it is beyond. Guarded by the notifier's lock.
 */
final class MemoryBudget {
  /** What one figure of one entity takes: a window of a busy counter, and the last measure. */
  private static final long FIGURE_BYTES = 512;

  /** What one level of one entity takes, on average: few are beyond all levels. */
  private static final long LEVEL_BYTES = 32;

  private final KernelSource source;
  private final long most;

  /**
   * @param most as in {@link NotifierOptions#mostKept}
   */
  MemoryBudget(KernelSource source, long most) {
    this.source = source;
    this.most = most;
  }

  /**
   * Makes sure that there is room for one more condition.
   *
   * @param target that it is on; one of {@code targets} or new
   */
  void require(Collection<WatchedScope> targets, WatchedScope target, Condition condition)
      throws TooManyWaitersException {
    if (!target.isOfMany() || target.has(condition)) {
      return;
    }
    long kept = entities(target) * (FIGURE_BYTES + LEVEL_BYTES);
    for (WatchedScope each : targets) {
      kept += each.isOfMany() ? kept(each) : 0;
    }
    if (kept > most) {
      throw new TooManyWaitersException("conditions on many entities take too much memory");
    }
  }

  private long kept(WatchedScope target) {
    return target.isEmpty()
        ? 0
        : entities(target) * (FIGURE_BYTES * target.figures() + LEVEL_BYTES * target.conditions());
  }

  /** How many there are, as far as is known without a look at them. */
  private long entities(WatchedScope target) {
    boolean known = target.entities().sawAll() && target.entities().count() > 0;
    if (known || !target.isWide() || target.type() == ShmRecord.TYPE) {
      return Math.max(1, target.entities().count());
    }
    Record host = Record.allocate(SystemRecord.TYPE);
    boolean threads = target.type() == ThreadRecord.TYPE;
    Field field = threads ? SystemRecord.THREADS : SystemRecord.PROCESSES;
    source.readSystem(field.bit(), host);
    return Math.max(1, host.get(field));
  }
}
