package kifs.notifier.sampling;

import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Consumer;
import kifs.kernel.record.Record;
import kifs.notifier.entity.Identity;
import kifs.notifier.entity.Subject;
import org.jspecify.annotations.Nullable;

/**
 * The entities of one watched scope, from sample to sample: those that the last sample found, and
 * those that its pass could omit because they had not changed.
 *
 * <p>Guarded by the notifier's lock.
 */
public final class SeenEntities implements Iterable<SeenEntity> {
  /**
   * The longest time between two passes that return every entity. A filtered pass does not show
   * that an entity has vanished, so without full passes vanished entities would be kept for ever.
   */
  private static final long FULL_PASS_INTERVAL_NS = 10_000_000_000L;

  /** A live view of the scope's figures. */
  private final Collection<WatchedMetric> figures;

  /** By {@link Subject#key}. */
  private final Map<Long, SeenEntity> known = new HashMap<>();

  private long sampleNumber;
  private long lastSampleNs;
  private boolean foundAll;
  private long lastFullPassNs;

  /**
   * @param figures a live view of the scope's figures
   */
  SeenEntities(Collection<WatchedMetric> figures) {
    this.figures = figures;
  }

  @Override
  public Iterator<SeenEntity> iterator() {
    return known.values().iterator();
  }

  /** The number of entities for which something is kept. */
  public int count() {
    return known.size();
  }

  /** Whether the last pass returned every entity. */
  public boolean foundAll() {
    return foundAll;
  }

  /**
   * Whether it is time for a pass that returns every entity, so that vanished ones are forgotten.
   */
  boolean isFullPassDue(long nowNs) {
    return nowNs - lastFullPassNs >= FULL_PASS_INTERVAL_NS;
  }

  /** Boot time at which the last sample began; 0: there was none. */
  long lastSampleNs() {
    return lastSampleNs;
  }

  void beginSample() {
    sampleNumber++;
  }

  /**
   * Finds the entity of a record, or adds it. An entity whose id belonged to an earlier one begins
   * anew.
   */
  SeenEntity find(Identity identity, Record record) {
    SeenEntity seen = known.get(identity.key(record));
    if (seen == null || seen.subject().bornNs() != identity.bornNs(record)) {
      seen = replace(seen, identity.subject(record));
    }
    seen.markFound(sampleNumber, lastSampleNs);
    return seen;
  }

  /** Finds the process of its main thread's record, or adds it. */
  SeenEntity findProcess(Identity identity, Record mainThread) {
    SeenEntity seen = known.get((long) identity.pid(mainThread));
    if (seen == null || seen.subject().bornNs() != identity.bornNs(mainThread)) {
      seen = replace(seen, identity.process(mainThread));
    }
    seen.markFound(sampleNumber, lastSampleNs);
    return seen;
  }

  private SeenEntity replace(@Nullable SeenEntity before, Subject now) {
    if (before != null) {
      figures.forEach(each -> each.forget(now.key()));
    }
    SeenEntity seen = new SeenEntity(now, figures.size());
    known.put(now.key(), seen);
    return seen;
  }

  /**
   * Returns what is known of an entity as of the last sample; null: nothing.
   *
   * @param key as in {@link Subject#key}
   */
  @Nullable SeenEntity get(long key) {
    SeenEntity seen = known.get(key);
    if (seen != null && seen.isOmitted()) {
      seen.extendUnchanged(lastSampleNs);
    }
    return seen;
  }

  /**
   * Forgets the figure in a slot, because the figure has no waiters any more and another one may
   * get its slot.
   */
  void forget(int slot) {
    known.values().forEach(seen -> seen.forget(slot));
  }

  /**
   * Ends a sample.
   *
   * @param filtered whether the pass may have omitted entities
   * @param tracksChanges whether an entity that was omitted has not changed; if false, it only
   *     exceeds no level
   * @param nowNs boot time at which the sample began
   * @param vanished called for each entity that was found before and is not found now
   */
  void finishSample(
      boolean filtered, boolean tracksChanges, long nowNs, Consumer<Subject> vanished) {
    foundAll = !filtered;
    lastFullPassNs = filtered ? lastFullPassNs : nowNs;
    lastSampleNs = nowNs;
    if (filtered && tracksChanges) {
      known.values().forEach(this::markOmitted);
      return;
    }
    Iterator<SeenEntity> all = iterator();
    while (all.hasNext()) {
      SeenEntity seen = all.next();
      if (!seen.wasFoundAt(sampleNumber)) {
        all.remove();
        // Figures that are sampled more rarely forget the entity too: an entity with
        // the same id is another one for them as well.
        figures.forEach(each -> each.forget(seen.subject().key()));
        vanished.accept(seen.subject());
      }
    }
  }

  /**
   * Handles an entity that the pass omitted: it exceeds no level, so figures with levels forget it.
   * What is known by figures that track changes still holds.
   */
  private void markOmitted(SeenEntity seen) {
    if (seen.wasFoundAt(sampleNumber) || seen.isOmitted()) {
      return;
    }
    seen.markOmitted();
    for (WatchedMetric each : figures) {
      if (!each.tracksChanges()) {
        each.forget(seen.subject().key());
        seen.forget(each.slot());
      }
    }
  }
}
