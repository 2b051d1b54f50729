package kifs.notifier.sampling;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kifs.notifier.condition.Condition;
import kifs.notifier.condition.Predicate;
import kifs.notifier.metric.Metric;
import kifs.notifier.metric.Reading;

/**
 * One figure of the entities of one target, and all conditions on it: it is measured once for all
 * of them, and they are asked only where it has changed. Guarded by the notifier's lock.
 */
public final class WatchedMetric {
  /** Conditions that share these share their figures. */
  record Key(Metric metric, boolean ofLimit, long overNs) {
    static Key of(Condition condition) {
      return new Key(condition.metric(), condition.ofLimit(), condition.overNs());
    }
  }

  private static final long NS_PER_S = 1_000_000_000L;
  private static final long NS_PER_MS = 1_000_000L;

  private static final int LOOKS_PER_THRESHOLD = 4;

  /** Looks that a window gets, so that a burst of its length isn't averaged away. */
  private static final int LOOKS_PER_WINDOW = 10;

  private final Key key;
  private final Reading reading;
  private final int slot;
  private final Map<Condition, List<Alarm>> groups = new LinkedHashMap<>();
  private final List<Alarm> all = new ArrayList<>();

  /** Groups that must be asked whether anything has changed or not. */
  private final List<Alarm> fresh = new ArrayList<>();

  private final Measure sum = new Measure();
  private Map<Long, Integer> tally = Map.of();
  private long dueNs;

  /** Boot time at which the last look began that measured this figure. */
  private long lookedNs;

  /** The same for two earlier looks that lie a window apart; negative: there was none. */
  private long windowBeganNs = -1;

  private long windowEndedNs = -1;

  private boolean follows;

  /**
   * For metrics that grow with time: the shortest time until any entity seen in this look can cross
   * its threshold.
   */
  private double soonestNs;

  WatchedMetric(Key key, Reading reading, int slot, long nowNs) {
    this.key = key;
    this.reading = reading;
    this.slot = slot;
    this.dueNs = nowNs;
  }

  Key key() {
    return key;
  }

  Metric metric() {
    return key.metric();
  }

  boolean ofLimit() {
    return key.ofLimit();
  }

  long overNs() {
    return key.overNs();
  }

  public Reading reading() {
    return reading;
  }

  /** Its place among the series of its target. */
  int slot() {
    return slot;
  }

  List<Alarm> groups() {
    return all;
  }

  /** Where it is added up. */
  Measure sum() {
    return sum;
  }

  int tallied(long id) {
    return tally.getOrDefault(id, 0);
  }

  void tally(Map<Long, Integer> counted) {
    tally = counted;
  }

  /** The group of that condition that a new waiter can share, or a new one. */
  Alarm group(Condition condition, long nowNs) {
    List<Alarm> alike = groups.computeIfAbsent(condition, c -> new ArrayList<>(1));
    for (Alarm group : alike) {
      if (group.isJoinable(nowNs)) {
        return group;
      }
    }
    Alarm made = new Alarm(this, condition, nowNs);
    alike.add(made);
    all.add(made);
    fresh.add(made);
    dueNs = Math.min(dueNs, nowNs);
    return made;
  }

  void remove(Alarm group) {
    List<Alarm> alike = groups.get(group.condition());
    alike.remove(group);
    if (alike.isEmpty()) {
      groups.remove(group.condition());
    }
    all.remove(group);
    fresh.remove(group);
    group.close();
  }

  boolean has(Condition condition) {
    return groups.containsKey(condition);
  }

  int conditions() {
    return groups.size();
  }

  /** Boot time of the next look; never, if it isn't looked for. */
  long dueNs() {
    return metric().nature() == Metric.Nature.EVENT && reading == null ? Long.MAX_VALUE : dueNs;
  }

  /** The kernel said that something is up. */
  public void makeDue(long atNs) {
    dueNs = Math.min(dueNs, atNs);
  }

  void begin() {
    soonestNs = Double.MAX_VALUE;
    sum.zero();
  }

  /**
   * Tells which conditions are to be told of what was measured of one entity.
   *
   * @param told groups are added here
   */
  void decide(SeenEntity seen, Measure measure, long nowNs, List<Alarm> told) {
    SeenEntity.Cell cell = seen.cell(slot);
    boolean changed = cell.last() == null || cell.isHolding() || !measure.isSameAs(cell.last());
    List<Alarm> asked = changed ? all : fresh;
    boolean holding = false;
    for (int i = 0; i < asked.size(); i++) {
      Alarm group = asked.get(i);
      if (group.stage() == Alarm.Stage.CREATED) {
        continue;
      }
      if (group.look(seen.subject(), measure, cell.last(), nowNs)) {
        told.add(group);
      }
      holding |= group.isHolding(seen.subject());
    }
    if (metric().growsWithTime()) {
      age(measure.value());
    }
    cell.keep(measure, changed ? holding : holding || cell.isHolding());
  }

  /** Notes when that entity can cross a level that it is not beyond yet. */
  private void age(double value) {
    for (int i = 0; i < all.size(); i++) {
      double threshold = all.get(i).condition().threshold();
      double leftSeconds = value <= threshold ? threshold - value : threshold;
      soonestNs = Math.min(soonestNs, leftSeconds * NS_PER_S);
    }
  }

  /** A look at it is about to begin. */
  void plan() {
    all.forEach(Alarm::plan);
  }

  /**
   * Adds of whom there is something to tell: of levels, who is beyond; of changes and rates, who
   * has changed. Who isn't found then is calm, or is as at the last look.
   *
   * @return false: all must be found
   */
  boolean bound(Bounds into) {
    follows = false;
    return switch (metric().nature()) {
      case GAUGE, STATE ->
          !metric().growsWithTime() && reading.shape() == Reading.Shape.ONE && levels(into);
      case RATE ->
          isOfEach()
              && all.stream().allMatch(WatchedMetric::isConstantAtRest)
              && windowBeganNs >= 0
              && follow(into, windowBeganNs - RateWindow.spacingNs(overNs()));
      case EVENT -> false;
    };
  }

  private boolean levels(Bounds into) {
    boolean changes = false;
    for (Alarm group : all) {
      boolean change = group.condition().predicate() == Predicate.CHANGES;
      if (!change && !into.add(reading, group.condition())) {
        return false;
      }
      changes |= change;
    }
    return !changes || follow(into, lookedNs);
  }

  /**
   * @param sinceNs what had changed by then, looks since have told
   */
  private boolean follow(Bounds into, long sinceNs) {
    boolean ofHost = ofLimit() && reading.ownLimit().isEmpty();
    follows = fresh.isEmpty() && !ofHost && into.follow(reading.fields(), sinceNs);
    return follows;
  }

  private boolean isOfEach() {
    return reading.shape() == Reading.Shape.ONE || reading.shape() == Reading.Shape.THREADS;
  }

  /** Whether of a rate that stays 0 there is nothing to tell with time. */
  private static boolean isConstantAtRest(Alarm group) {
    return group.condition().forNs() == 0 || !group.condition().isBeyond(0);
  }

  /** Whether what is known of who wasn't found at the last look still holds. */
  boolean follows() {
    return follows;
  }

  /**
   * Ends a look at everything.
   *
   * @param bounded whether not everybody may have been found
   */
  void looked(long nowNs, long finestNs, boolean bounded) {
    lookedNs = nowNs;
    noteWindow(nowNs);
    boolean late = false;
    for (Alarm group : all) {
      if (group.stage() == Alarm.Stage.CREATED) {
        late = true;
      } else {
        group.looked(bounded);
      }
    }
    fresh.removeIf(group -> !group.needsAll());
    // Who came while it was taken waits for a look of its own.
    dueNs = late ? nowNs : nowNs + periodNs(finestNs);
    mergeAlike();
  }

  /**
   * Remembers when the last two looks that lie at least one window apart began. An entity that has
   * not changed since the earlier one has had a rate of 0 for the whole window, so a pass may omit
   * it.
   */
  private void noteWindow(long nowNs) {
    if (windowEndedNs < 0 || nowNs - windowEndedNs >= overNs()) {
      windowBeganNs = windowEndedNs;
      windowEndedNs = nowNs;
    }
  }

  /** How often to look, unless that is finer than the mount wants. */
  private long periodNs(long finestNs) {
    if (metric().nature() == Metric.Nature.RATE) {
      return Math.max(finestNs, Math.min(overNs() / LOOKS_PER_WINDOW, NS_PER_S));
    }
    boolean known =
        metric().growsWithTime()
            && fresh.isEmpty()
            && all.stream().allMatch(group -> group.condition().isAtOnceAbove());
    if (!known) {
      return finestNs;
    }
    // Who comes right after this look begins at 0, and has a whole threshold before it. Some looks
    // in between, for whose wait only comes to be understood while it lasts.
    double nextNs = soonestNs;
    for (Alarm group : all) {
      nextNs = Math.min(nextNs, group.condition().threshold() * NS_PER_S / LOOKS_PER_THRESHOLD);
    }
    return Math.max(finestNs, Math.min((long) nextNs, Long.MAX_VALUE / 4) + NS_PER_MS);
  }

  /** Moves waiters to an older group that tells the same from now on, if there is one. */
  private void mergeAlike() {
    if (groups.size() == all.size()) {
      return;
    }
    for (List<Alarm> alike : new HashMap<>(groups).values()) {
      for (int i = alike.size() - 1; i > 0; i--) {
        Alarm group = alike.get(i);
        alike.subList(0, i).stream()
            .filter(older -> older.isLike(group))
            .findFirst()
            .ifPresent(
                older -> {
                  older.absorb(group);
                  remove(group);
                });
      }
    }
  }

  /** Forgets an entity that has gone, or whose id another one has now. */
  void forget(long subject) {
    all.forEach(group -> group.forget(subject));
  }
}
