package kifs.notifier.sampling;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import kifs.kernel.source.KernelEvents;
import kifs.notifier.condition.Condition;
import kifs.notifier.condition.Predicate;
import kifs.notifier.entity.Subject;
import kifs.notifier.metric.Metric;
import kifs.notifier.waiting.Waiter;

/**
 * One condition on one target, and those who wait for it and are told the same: evaluated once,
 * however many they are. Who comes when something is under way gets a group of its own; groups that
 * have come to the same state are made one. Guarded by the notifier's lock.
 */
public final class Alarm {
  /** Maps begin small: of thousands of groups most have nothing to remember. */
  private static final int FEW = 2;

  /** The least that two figures in events differ by. */
  private static final double SHOWN = 0.001;

  /** How far the life of a group has come. Each stage follows the one before. */
  enum Stage {
    /** The group has part in no sample yet: those that began before it came tell it nothing. */
    CREATED,
    /** The first sample that the group has part in is being taken. */
    PLANNED,
    /** One sample was taken. */
    SAMPLED,
    /** More than one sample was taken: what the next one may leave out is known. */
    RESAMPLED
  }

  private final WatchedMetric series;
  private final Condition condition;
  private final long openedNs;
  private final Set<Waiter> waiters = new LinkedHashSet<>(FEW);

  /** Excursions under way; who isn't in here is calm. Keys are the subjects'. */
  private Map<Long, Excursion> excursions = Map.of();

  /** For {@code changes}: what the value was when it was last told, or first seen. */
  private Map<Long, Double> told = Map.of();

  /** Subjects of which the first look could not tell what was under way. */
  private Set<Long> undecided = Set.of();

  private KernelEvents.Watch alarm;

  /** The group that took over the waiters; null: none has. Those who joined here look there. */
  private Alarm absorbedBy;

  private Stage stage = Stage.CREATED;

  /**
   * Whether the last pass was filtered by level. If so, an entity that it did not return had not
   * exceeded the level by then.
   */
  private boolean bounded;

  Alarm(WatchedMetric series, Condition condition, long nowNs) {
    this.series = series;
    this.condition = condition;
    this.openedNs = nowNs;
  }

  public WatchedMetric series() {
    return series;
  }

  public Condition condition() {
    return condition;
  }

  /** Whether a new waiter would be told here what it would be told on its own. */
  boolean isJoinable(long nowNs) {
    boolean begins = !isAtLeast(Stage.SAMPLED) && (condition.countsPresent() || openedNs == nowNs);
    return begins || condition.isOfEvent();
  }

  /** Whether those who wait in the other group will be told the same as those in this one. */
  boolean isLike(Alarm other) {
    return hasBegun()
        && other.hasBegun()
        && told.equals(other.told)
        && excursions.keySet().equals(other.excursions.keySet())
        && excursions.entrySet().stream()
            .allMatch(e -> e.getValue().isLike(other.excursions.get(e.getKey())));
  }

  /**
   * Whether what this group reports no longer depends on when its first waiter came: the first
   * sample was taken and no subject is undecided.
   */
  private boolean hasBegun() {
    return isAtLeast(Stage.SAMPLED) && undecided.isEmpty();
  }

  private boolean isAtLeast(Stage other) {
    return stage.compareTo(other) >= 0;
  }

  /** Takes over the waiters of a group that is like this one. The other group is of no use then. */
  void absorb(Alarm other) {
    waiters.addAll(other.waiters);
    other.waiters.clear();
    other.absorbedBy = this;
    other.excursions = Map.of();
    other.told = Map.of();
  }

  /** The group that has the waiters of this one now: itself, unless another group absorbed it. */
  public Alarm current() {
    Alarm current = this;
    while (current.absorbedBy != null) {
      current = current.absorbedBy;
    }
    return current;
  }

  public void join(Waiter waiter) {
    waiters.add(waiter);
  }

  void leave(Waiter waiter) {
    waiters.remove(waiter);
  }

  public Collection<Waiter> waiters() {
    return waiters;
  }

  /** The kernel raises it when a look is worth while. */
  public void raisedBy(KernelEvents.Watch watch) {
    alarm = watch;
  }

  void close() {
    if (alarm != null) {
      alarm.close();
    }
  }

  Stage stage() {
    return stage;
  }

  /** Whether it must be asked about all entities, whether they have changed or not. */
  boolean needsAll() {
    return stage != Stage.RESAMPLED || !undecided.isEmpty();
  }

  /** A sample is about to begin that it has part in. */
  void plan() {
    if (stage == Stage.CREATED) {
      stage = Stage.PLANNED;
    }
  }

  /** A sample that it had part in has ended. */
  void looked(boolean isBounded) {
    stage = stage == Stage.PLANNED ? Stage.SAMPLED : Stage.RESAMPLED;
    bounded = isBounded;
  }

  /**
   * Takes in what one look at one subject found.
   *
   * @param before what the look before found; null: there was none
   * @return whether it is to be told
   */
  boolean look(Subject subject, Measure measure, Measure before, long nowNs) {
    double value = measure.comparedBy(condition.predicate());
    if (Double.isNaN(value)) {
      return false;
    }
    if (condition.predicate() == Predicate.CHANGES) {
      return measure.isComplete() && changed(subject, value);
    }
    if (isBeginning(subject)) {
      begin(subject, measure.isComplete() ? value : measure.recent(), nowNs);
    }
    boolean spike =
        hasPeaked(subject, measure, before) && step(subject, measure.peak(), measure, nowNs);
    // Of a lower bound it is certain only that the value is not less.
    boolean certain =
        measure.isComplete() || condition.predicate().isUpward() == condition.isBeyond(value);
    return (certain && step(subject, value, measure, nowNs)) | spike;
  }

  /** What an event has to say: the level itself, or the mark that it left in between. */
  double shown(Measure measure) {
    double value = measure.comparedBy(condition.predicate());
    return measure.peak() > value && !condition.isBeyond(value) ? measure.peak() : value;
  }

  /** Whether it was beyond since the last look, by the kernel's own mark, and isn't any more. */
  private boolean hasPeaked(Subject subject, Measure measure, Measure before) {
    if (Double.isNaN(measure.peak())
        || !condition.predicate().isUpward()
        || condition.forNs() > 0
        || !condition.isBeyond(measure.peak())
        || condition.isBeyond(measure.value())) {
      return false;
    }
    boolean began = subject.bornNs() > openedNs;
    boolean isFirst = !isAtLeast(Stage.SAMPLED);
    if (before == null || isFirst) {
      return began || !isFirst && bounded;
    }
    return measure.peak() > before.peak();
  }

  /** How long the subject's present excursion has held. */
  long heldNs(Subject subject, long nowNs) {
    Excursion excursion = excursions.get(subject.key());
    return excursion == null ? 0 : excursion.heldNs(nowNs);
  }

  boolean isHolding(Subject subject) {
    boolean never = condition.forNs() == 0 || excursions.isEmpty();
    Excursion excursion = never ? null : excursions.get(subject.key());
    return excursion != null && excursion.isHolding();
  }

  /** Forgets what it knows of a subject that has gone, or whose id another one has now. */
  void forget(long key) {
    if (!excursions.isEmpty()) {
      excursions.remove(key);
    }
    if (!told.isEmpty()) {
      told.remove(key);
    }
    if (!undecided.isEmpty()) {
      undecided.remove(key);
    }
  }

  private boolean changed(Subject subject, double value) {
    if (told.isEmpty()) {
      told = new HashMap<>(FEW);
    }
    Double before = told.putIfAbsent(subject.key(), value);
    if (before == null) {
      return false;
    }
    boolean tell = isChange(Math.abs(value - before));
    if (tell) {
      told.put(subject.key(), value);
    }
    return tell;
  }

  /** Of rates only as exactly as events show them: a steady load's are never quite the same. */
  private boolean isChange(double by) {
    if (condition.metric().nature() == Metric.Nature.RATE) {
      return by >= Math.max(SHOWN, condition.threshold());
    }
    return condition.threshold() == 0 ? by > 0 : by >= condition.threshold();
  }

  /**
   * Whether it is still to be found out what was under way when the first waiter came. Of a rate
   * whose window isn't full the first look tells nothing; the next one knows the rate since.
   */
  private boolean isBeginning(Subject subject) {
    return !condition.countsPresent()
        && subject.bornNs() <= openedNs
        && (!isAtLeast(Stage.SAMPLED) || undecided.contains(subject.key()));
  }

  private void begin(Subject subject, double value, long nowNs) {
    if (Double.isNaN(value)) {
      if (undecided.isEmpty()) {
        undecided = new HashSet<>(FEW);
      }
      undecided.add(subject.key());
      return;
    }
    if (!undecided.isEmpty()) {
      undecided.remove(subject.key());
    }
    if (condition.isBeyond(value)) {
      Excursion underWay = new Excursion(condition);
      underWay.begin(nowNs, value);
      put(subject, underWay);
    }
  }

  private void put(Subject subject, Excursion excursion) {
    if (excursions.isEmpty()) {
      excursions = new HashMap<>(FEW);
    }
    excursions.put(subject.key(), excursion);
  }

  private boolean step(Subject subject, double value, Measure measure, long nowNs) {
    Excursion excursion = excursions.isEmpty() ? null : excursions.get(subject.key());
    if (excursion != null && excursion.isOfAnother(measure.waitStartNs())) {
      excursions.remove(subject.key());
      excursion = null;
    }
    if (excursion == null) {
      if (!condition.isBeyond(value)) {
        return false;
      }
      excursion = new Excursion(condition);
      put(subject, excursion);
    }
    boolean tell = excursion.step(nowNs, value);
    if (excursion.isCalm()) {
      excursions.remove(subject.key());
    }
    return tell;
  }
}
