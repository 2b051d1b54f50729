package kifs.notifier.sampling;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kifs.notifier.condition.Condition;
import kifs.notifier.condition.Predicate;
import kifs.notifier.metric.Metric;
import kifs.notifier.metric.Reading;
import org.jspecify.annotations.Nullable;

/**
 * One figure of the entities of one watched scope, with an {@link Alarm} for each condition on it.
 * The figure is measured once for all conditions, and conditions are evaluated only for entities
 * whose figure has changed.
 *
 * <p>Guarded by the notifier's lock.
 */
public final class WatchedMetric {
  /**
   * Conditions with equal keys share one figure.
   *
   * @param ofLimit whether the figure is a percentage of the metric's limit
   * @param overNs averaging window, ns; only rates use it
   */
  record Key(Metric metric, boolean ofLimit, long overNs) {
    static Key of(Condition condition) {
      return new Key(condition.metric(), condition.ofLimit(), condition.overNs());
    }
  }

  private static final long NS_PER_S = 1_000_000_000L;
  private static final long NS_PER_MS = 1_000_000L;

  /** Samples that an entity which begins right after a sample gets before it can cross. */
  private static final int SAMPLES_PER_THRESHOLD = 4;

  /** Samples that one window gets, so that a burst as long as the window isn't averaged away. */
  private static final int SAMPLES_PER_WINDOW = 10;

  private final Key key;
  private final @Nullable Reading reading;
  private final int slot;
  private final Map<Condition, List<Alarm>> alarmsByCondition = new LinkedHashMap<>();
  private final List<Alarm> alarms = new ArrayList<>();

  /**
   * Alarms that are evaluated for every entity, changed or not, because they are not settled yet.
   */
  private final List<Alarm> alwaysEvaluated = new ArrayList<>();

  private final Measure sum = new Measure();
  private Map<Long, Integer> tally = Map.of();
  private long dueNs;

  /** Boot time at which the last sample of this figure began; 0: there was none. */
  private long lastSampleNs;

  /**
   * Boot times at which two earlier samples began that lie at least one window apart; negative:
   * there was no such sample.
   */
  private long windowBeganNs = -1;

  private long windowEndedNs = -1;

  /** Whether the next pass may omit entities whose fields for this figure have not changed. */
  private boolean tracksChanges;

  /**
   * For metrics that grow with time: the shortest time until any entity that this sample found can
   * cross its threshold, ns.
   */
  private double soonestCrossingNs;

  WatchedMetric(Key key, @Nullable Reading reading, int slot, long nowNs) {
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

  /** How the figure is read. Must not be called for an event that only the kernel reports. */
  public Reading reading() {
    return requireNonNull(reading);
  }

  /** How the kernel can say when a sample is worth while; empty: it can't. */
  public Optional<Reading.Push> push() {
    return reading == null ? Optional.empty() : reading.push();
  }

  /** The index of this figure in the cells of each {@link SeenEntity} of the scope. */
  int slot() {
    return slot;
  }

  List<Alarm> alarms() {
    return alarms;
  }

  /**
   * The sum over several entities, or over the threads of one process, while a sample is evaluated.
   */
  Measure sum() {
    return sum;
  }

  /** The number of records that name the entity with this id, as {@link #setTally} counted them. */
  int tally(long id) {
    return tally.getOrDefault(id, 0);
  }

  void setTally(Map<Long, Integer> counts) {
    tally = counts;
  }

  /** Finds an alarm for the condition that a new waiter can join, or creates one. */
  Alarm alarmFor(Condition condition, long nowNs) {
    List<Alarm> alike = alarmsByCondition.computeIfAbsent(condition, c -> new ArrayList<>(1));
    for (Alarm alarm : alike) {
      if (alarm.isJoinable(nowNs)) {
        return alarm;
      }
    }
    Alarm created = new Alarm(this, condition, nowNs);
    alike.add(created);
    alarms.add(created);
    alwaysEvaluated.add(created);
    dueNs = Math.min(dueNs, nowNs);
    return created;
  }

  void remove(Alarm alarm) {
    alarmsByCondition.computeIfPresent(
        alarm.condition(),
        (condition, alike) -> {
          alike.remove(alarm);
          return alike.isEmpty() ? null : alike;
        });
    alarms.remove(alarm);
    alwaysEvaluated.remove(alarm);
    alarm.close();
  }

  boolean isWatching(Condition condition) {
    return alarmsByCondition.containsKey(condition);
  }

  int conditionCount() {
    return alarmsByCondition.size();
  }

  /**
   * Boot time at which the next sample is due; {@code Long.MAX_VALUE} if the figure is an event
   * that no record holds.
   */
  long dueNs() {
    return metric().nature() == Metric.Nature.EVENT && reading == null ? Long.MAX_VALUE : dueNs;
  }

  /**
   * Moves the next sample forward, because the kernel has pushed that the figure may have crossed a
   * threshold.
   *
   * @param atNs boot time
   */
  public void makeDue(long atNs) {
    dueNs = Math.min(dueNs, atNs);
  }

  void beginSample() {
    soonestCrossingNs = Double.MAX_VALUE;
    sum.zero();
  }

  /**
   * Evaluates the conditions for one entity.
   *
   * @param triggered alarms whose waiters get an event are added here
   */
  void evaluate(SeenEntity seen, Measure measure, long nowNs, List<Alarm> triggered) {
    SeenEntity.Cell cell = seen.cell(slot);
    Measure last = cell.last();
    boolean changed = last == null || cell.isHolding() || !measure.isSameAs(last);
    List<Alarm> evaluated = changed ? alarms : alwaysEvaluated;
    boolean holding = false;
    for (int i = 0; i < evaluated.size(); i++) {
      Alarm alarm = evaluated.get(i);
      if (alarm.stage() == Alarm.Stage.CREATED) {
        continue;
      }
      if (alarm.evaluate(seen.subject(), measure, last, nowNs)) {
        triggered.add(alarm);
      }
      holding |= alarm.isHolding(seen.subject());
    }
    if (metric().growsWithTime()) {
      noteTimeToThreshold(measure.value());
    }
    cell.store(measure, changed ? holding : holding || cell.isHolding());
  }

  /**
   * Notes the shortest time until an entity with this value can cross a threshold. If the value
   * exceeds the threshold already, a whole new excursion must pass first.
   */
  private void noteTimeToThreshold(double value) {
    for (int i = 0; i < alarms.size(); i++) {
      double threshold = alarms.get(i).condition().threshold();
      double leftSeconds = value <= threshold ? threshold - value : threshold;
      soonestCrossingNs = Math.min(soonestCrossingNs, leftSeconds * NS_PER_S);
    }
  }

  /** A sample of this figure is about to begin. */
  void plan() {
    alarms.forEach(Alarm::plan);
  }

  /**
   * Adds to the bounds what the conditions on this figure need to see: for levels, entities that
   * exceed one; for changes and rates, entities that have changed. For an entity that a pass then
   * omits, levels are not exceeded and tracked fields are as they were at the last sample.
   *
   * @return false if the pass must return every entity
   */
  boolean addTo(Bounds into) {
    tracksChanges = false;
    return switch (metric().nature()) {
      case GAUGE, STATE ->
          !metric().growsWithTime() && reading().shape() == Reading.Shape.ONE && addLevels(into);
      case RATE ->
          isPerEntity()
              && alarms.stream().allMatch(WatchedMetric::isConstantAtZero)
              && windowBeganNs >= 0
              && trackChanges(into, windowBeganNs - RateWindow.spacingNs(overNs()));
      case EVENT -> false;
    };
  }

  private boolean addLevels(Bounds into) {
    boolean hasChanges = false;
    for (Alarm alarm : alarms) {
      boolean change = alarm.condition().predicate() == Predicate.CHANGES;
      if (!change && !into.add(reading(), alarm.condition())) {
        return false;
      }
      hasChanges |= change;
    }
    return !hasChanges || trackChanges(into, lastSampleNs);
  }

  /**
   * Adds the figure's fields to those whose changes are tracked.
   *
   * @param sinceNs boot time; earlier changes have been seen by a later sample already
   * @return false if changes can't be tracked for this figure
   */
  private boolean trackChanges(Bounds into, long sinceNs) {
    boolean isShareOfHost = ofLimit() && reading().ownLimit().isEmpty();
    tracksChanges =
        alwaysEvaluated.isEmpty()
            && !isShareOfHost
            && into.trackChanges(reading().fields(), sinceNs);
    return tracksChanges;
  }

  private boolean isPerEntity() {
    return reading().shape() == Reading.Shape.ONE || reading().shape() == Reading.Shape.THREADS;
  }

  /** Whether an entity whose rate stays 0 can never cause a report just because time passes. */
  private static boolean isConstantAtZero(Alarm alarm) {
    return alarm.condition().forNs() == 0 || !alarm.condition().isExceededBy(0);
  }

  /**
   * Whether the last pass could omit entities that had not changed: what is known of an omitted
   * entity then still holds.
   */
  boolean tracksChanges() {
    return tracksChanges;
  }

  /**
   * Ends a sample of all entities.
   *
   * @param nowNs boot time at which the sample began
   * @param minTickNs the shortest interval between two samples
   * @param filtered whether the pass may have omitted entities
   */
  void finishSample(long nowNs, long minTickNs, boolean filtered) {
    lastSampleNs = nowNs;
    noteWindow(nowNs);
    boolean joinedMeanwhile = false;
    for (Alarm alarm : alarms) {
      if (alarm.stage() == Alarm.Stage.CREATED) {
        joinedMeanwhile = true;
      } else {
        alarm.finishSample(filtered);
      }
    }
    alwaysEvaluated.removeIf(alarm -> !alarm.needsEveryEntity());
    // An alarm that was created during this sample waits for a sample of its own.
    dueNs = joinedMeanwhile ? nowNs : nowNs + periodNs(minTickNs);
    mergeAlike();
  }

  /**
   * Remembers when the last two samples that lie at least one window apart began. An entity that
   * has not changed since the earlier one has had a rate of 0 for the whole window, so a pass may
   * omit it.
   */
  private void noteWindow(long nowNs) {
    if (windowEndedNs < 0 || nowNs - windowEndedNs >= overNs()) {
      windowBeganNs = windowEndedNs;
      windowEndedNs = nowNs;
    }
  }

  /** The interval to the next sample, ns: never shorter than the notifier's tick. */
  private long periodNs(long minTickNs) {
    if (metric().isOfHistory()) {
      // It changes only with the history's samples, which make it due.
      return Math.max(minTickNs, NS_PER_S);
    }
    if (metric().nature() == Metric.Nature.RATE) {
      return Math.max(minTickNs, Math.min(overNs() / SAMPLES_PER_WINDOW, NS_PER_S));
    }
    boolean predictable =
        metric().growsWithTime()
            && alwaysEvaluated.isEmpty()
            && alarms.stream().allMatch(alarm -> alarm.condition().isAtOnceAbove());
    if (!predictable) {
      return minTickNs;
    }
    // An entity that begins right after this sample starts at 0 and needs the whole
    // threshold to cross. A few samples are taken before that, because the lock that a
    // thread waits for is sometimes recognised only while the wait lasts.
    double nextNs = soonestCrossingNs;
    for (Alarm alarm : alarms) {
      nextNs = Math.min(nextNs, alarm.condition().threshold() * NS_PER_S / SAMPLES_PER_THRESHOLD);
    }
    return Math.max(minTickNs, Math.min((long) nextNs, Long.MAX_VALUE / 4) + NS_PER_MS);
  }

  /** Moves waiters to an older alarm that will report the same from now on, if there is one. */
  private void mergeAlike() {
    if (alarmsByCondition.size() == alarms.size()) {
      return;
    }
    for (List<Alarm> alike : new HashMap<>(alarmsByCondition).values()) {
      for (int i = alike.size() - 1; i > 0; i--) {
        Alarm alarm = alike.get(i);
        alike.subList(0, i).stream()
            .filter(older -> older.isLike(alarm))
            .findFirst()
            .ifPresent(
                older -> {
                  older.absorb(alarm);
                  remove(alarm);
                });
      }
    }
  }

  /**
   * Forgets an entity that has vanished or whose id another entity has now.
   *
   * @param subject as in {@link kifs.notifier.entity.Subject#key}
   */
  void forget(long subject) {
    alarms.forEach(alarm -> alarm.forget(subject));
  }
}
