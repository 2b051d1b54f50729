package kifs.notifier.sampling;

import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Consumer;
import kifs.kernel.record.Record;
import kifs.notifier.entity.Identity;
import kifs.notifier.entity.Subject;

/**
 * Who a target is about, from look to look: who was found at the last one, and who rests. Guarded
 * by the notifier's lock.
 */
public final class SeenEntities implements Iterable<SeenEntity> {
  /** Who has gone isn't missed as long as only those are found who have changed. */
  private static final long ALL_EVERY_NS = 10_000_000_000L;

  private final Collection<WatchedMetric> series;
  private final Map<Long, SeenEntity> known = new HashMap<>();
  private long look;
  private long lookedNs;
  private boolean sawAll;
  private long sawAllNs;

  /**
   * @param series what is read of them, as it is at any time
   */
  SeenEntities(Collection<WatchedMetric> series) {
    this.series = series;
  }

  @Override
  public Iterator<SeenEntity> iterator() {
    return known.values().iterator();
  }

  /** How many something is known of. */
  public int count() {
    return known.size();
  }

  /** Whether the last look found all there are. */
  public boolean sawAll() {
    return sawAll;
  }

  /** Whether it is time to look for all of them, so that who has gone is forgotten. */
  boolean areDue(long nowNs) {
    return nowNs - sawAllNs >= ALL_EVERY_NS;
  }

  /** Boot time at which the last look began; 0: there was none. */
  long lookedNs() {
    return lookedNs;
  }

  void beginLook() {
    look++;
  }

  /** Who that record is of; an id that another entity has now starts afresh. */
  SeenEntity see(Identity identity, Record record) {
    SeenEntity seen = known.get(identity.key(record));
    if (seen == null || seen.subject().bornNs() != identity.bornNs(record)) {
      seen = replace(seen, identity.subject(record));
    }
    seen.at(look, lookedNs);
    return seen;
  }

  /** The process that this is the first thread of. */
  SeenEntity seeProcess(Identity identity, Record first) {
    SeenEntity seen = known.get((long) identity.pid(first));
    if (seen == null || seen.subject().bornNs() != identity.bornNs(first)) {
      seen = replace(seen, identity.process(first));
    }
    seen.at(look, lookedNs);
    return seen;
  }

  private SeenEntity replace(SeenEntity before, Subject now) {
    if (before != null) {
      series.forEach(each -> each.forget(now.key()));
    }
    SeenEntity seen = new SeenEntity(now, series.size());
    known.put(now.key(), seen);
    return seen;
  }

  /** What is known of one as of the last look; null: nothing. */
  SeenEntity get(long key) {
    SeenEntity seen = known.get(key);
    if (seen != null && seen.isResting()) {
      seen.stood(lookedNs);
    }
    return seen;
  }

  /** A series has gone: another one will have its slot. */
  void forget(int slot) {
    known.values().forEach(seen -> seen.forget(slot));
  }

  /**
   * Ends a look.
   *
   * @param bounded whether not all may have been found
   * @param follows whether of who wasn't found all is as it was, and not only within all levels
   * @param gone who was there and isn't any more; told each
   */
  void looked(boolean bounded, boolean follows, long nowNs, Consumer<Subject> gone) {
    sawAll = !bounded;
    sawAllNs = bounded ? sawAllNs : nowNs;
    lookedNs = nowNs;
    if (bounded && follows) {
      known.values().forEach(this::rest);
      return;
    }
    Iterator<SeenEntity> all = iterator();
    while (all.hasNext()) {
      SeenEntity seen = all.next();
      if (!seen.isAt(look)) {
        all.remove();
        // Also in series that look more rarely: who comes back later is somebody else to them too.
        series.forEach(each -> each.forget(seen.subject().key()));
        gone.accept(seen.subject());
      }
    }
  }

  /** Who isn't found is within all levels, and in what is followed it is as it was. */
  private void rest(SeenEntity seen) {
    if (seen.isAt(look) || seen.isResting()) {
      return;
    }
    seen.rest();
    for (WatchedMetric each : series) {
      if (!each.follows()) {
        each.forget(seen.subject().key());
        seen.forget(each.slot());
      }
    }
  }
}
