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
import kifs.notifier.waiting.Event.Share;
import kifs.notifier.waiting.Waiter;
import org.jspecify.annotations.Nullable;

/**
 * One condition on one watched scope, with the waiters that get the same events for it. The
 * condition is evaluated once, however many waiters there are. A waiter that comes while an
 * excursion may be under way gets an alarm of its own, because the two may report differently;
 * {@link WatchedMetric} merges alarms that have come to the same state.
 *
 * <p>Guarded by the notifier's lock.
 */
public final class Alarm {
  /**
   * Initial capacity of the maps. It is small because most of thousands of alarms have nothing to
   * remember.
   */
  private static final int INITIAL_CAPACITY = 2;

  /** The smallest difference that two figures in event lines can show. */
  private static final double MIN_SHOWN_DIFFERENCE = 0.001;

  /** How far the life of an alarm has come. An alarm only moves forward. */
  enum Stage {
    /**
     * The alarm takes part in no sample yet. A sample that began before the alarm was created does
     * not evaluate it.
     */
    CREATED,
    /** The alarm's first sample is being taken. */
    PLANNED,
    /** One sample was taken. */
    SAMPLED,
    /** More than one sample was taken, so a later pass may be filtered for this alarm. */
    RESAMPLED
  }

  private final WatchedMetric figure;
  private final Condition condition;
  private final long openedNs;
  private final Set<Waiter> waiters = new LinkedHashSet<>(INITIAL_CAPACITY);

  /** Excursions under way, by {@link Subject#key}. A subject without an entry is calm. */
  private Map<Long, Excursion> excursions = Map.of();

  /**
   * For {@code changes}: the value that was reported last, or that the first sample found, by
   * {@link Subject#key}.
   */
  private Map<Long, Double> lastReported = Map.of();

  /**
   * Keys of subjects for which it is not known yet whether an excursion was under way at the
   * opening.
   */
  private Set<Long> undecided = Set.of();

  private KernelEvents.@Nullable Watch kernelWatch;

  /**
   * The alarm that took over this one's waiters; null while this alarm has them itself. A waiter
   * that joined here finds its alarm through {@link #current}.
   */
  private @Nullable Alarm mergedInto;

  private Stage stage = Stage.CREATED;

  /**
   * Whether the last pass was filtered by level. If so, an entity that the pass did not return had
   * not exceeded the level by then.
   */
  private boolean wasFiltered;

  Alarm(WatchedMetric figure, Condition condition, long nowNs) {
    this.figure = figure;
    this.condition = condition;
    this.openedNs = nowNs;
  }

  public WatchedMetric figure() {
    return figure;
  }

  public Condition condition() {
    return condition;
  }

  /** Whether a new waiter would get the same events from this alarm as from one of its own. */
  boolean isJoinable(long nowNs) {
    boolean begins = !isAtLeast(Stage.SAMPLED) && (condition.countsPresent() || openedNs == nowNs);
    return begins || condition.isOfEvent();
  }

  /** Whether both alarms will report the same from now on. */
  boolean isLike(Alarm other) {
    return isSettled()
        && other.isSettled()
        && lastReported.equals(other.lastReported)
        && excursions.keySet().equals(other.excursions.keySet())
        && excursions.entrySet().stream()
            .allMatch(e -> e.getValue().isLike(other.excursions.get(e.getKey())));
  }

  /**
   * Whether what this alarm reports no longer depends on when its first waiter came: the first
   * sample was taken and no subject is undecided.
   */
  private boolean isSettled() {
    return isAtLeast(Stage.SAMPLED) && undecided.isEmpty();
  }

  private boolean isAtLeast(Stage other) {
    return stage.compareTo(other) >= 0;
  }

  /**
   * Takes over the waiters of an alarm that {@link #isLike} this one. The other alarm is not used
   * any more.
   */
  void absorb(Alarm other) {
    waiters.addAll(other.waiters);
    other.waiters.clear();
    other.mergedInto = this;
    other.excursions = Map.of();
    other.lastReported = Map.of();
  }

  /** The alarm that now has the waiters of this one: itself, unless another alarm absorbed it. */
  public Alarm current() {
    Alarm current = this;
    while (current.mergedInto != null) {
      current = current.mergedInto;
    }
    return current;
  }

  public void add(Waiter waiter) {
    waiters.add(waiter);
  }

  void remove(Waiter waiter) {
    waiters.remove(waiter);
  }

  public Collection<Waiter> waiters() {
    return waiters;
  }

  /**
   * Sets the watch by which the kernel says that a sample is worth while. The alarm owns the watch
   * and closes it.
   */
  public void setKernelWatch(KernelEvents.Watch watch) {
    kernelWatch = watch;
  }

  void close() {
    if (kernelWatch != null) {
      kernelWatch.close();
    }
  }

  Stage stage() {
    return stage;
  }

  /**
   * Whether the next pass must return every entity, changed or not, because this alarm's first
   * samples are not complete.
   */
  boolean needsEveryEntity() {
    return stage != Stage.RESAMPLED || !undecided.isEmpty();
  }

  /** A sample is about to begin that this alarm takes part in. */
  void plan() {
    if (stage == Stage.CREATED) {
      stage = Stage.PLANNED;
    }
  }

  /**
   * A sample that this alarm took part in has ended.
   *
   * @param isFiltered whether the pass may have omitted entities
   */
  void finishSample(boolean isFiltered) {
    stage = stage == Stage.PLANNED ? Stage.SAMPLED : Stage.RESAMPLED;
    wasFiltered = isFiltered;
  }

  /**
   * Evaluates what one sample measured of one subject.
   *
   * @param before what the previous sample measured; null: the subject was not measured then
   * @return whether the waiters get an event
   */
  boolean evaluate(Subject subject, Measure measure, @Nullable Measure before, long nowNs) {
    double value = measure.comparedBy(condition.predicate());
    if (Double.isNaN(value)) {
      return false;
    }
    if (condition.predicate() == Predicate.CHANGES) {
      return measure.isComplete() && changed(subject, value);
    }
    if (isOpeningUnknown(subject)) {
      noteOpening(subject, measure.isComplete() ? value : measure.recent(), nowNs);
    }
    boolean spike =
        hasPeaked(subject, measure, before) && step(subject, measure.peak(), measure, nowNs);
    // A lower bound proves only that the value is not less than that.
    boolean certain =
        measure.isComplete() || condition.predicate().isUpward() == condition.isExceededBy(value);
    return (certain && step(subject, value, measure, nowNs)) || spike;
  }

  /**
   * The value that the event shows: the measured one, or the kernel's high-water mark if only the
   * mark exceeded the threshold.
   */
  double reportedValue(Measure measure) {
    double value = measure.comparedBy(condition.predicate());
    return measure.peak() > value && !condition.isExceededBy(value) ? measure.peak() : value;
  }

  /** What the reported value is a percentage of; null: it isn't a percentage. */
  @Nullable Share reportedShare(Measure measure) {
    if (!condition.ofLimit()) {
      return null;
    }
    double percent = reportedValue(measure);
    boolean isPeak = percent != measure.value();
    double amount = isPeak ? Math.rint(percent * measure.limit() / 100) : measure.amount();
    return new Share(amount, measure.limit());
  }

  /**
   * Whether the kernel's high-water mark shows that the value exceeded the threshold since the last
   * sample, though the value does not exceed it now (docs/notify.md 3.6).
   */
  private boolean hasPeaked(Subject subject, Measure measure, @Nullable Measure before) {
    if (Double.isNaN(measure.peak())
        || !condition.predicate().isUpward()
        || condition.forNs() > 0
        || !condition.isExceededBy(measure.peak())
        || condition.isExceededBy(measure.value())) {
      return false;
    }
    boolean bornAfterOpening = subject.bornNs() > openedNs;
    boolean isFirst = !isAtLeast(Stage.SAMPLED);
    if (before == null || isFirst) {
      return bornAfterOpening || !isFirst && wasFiltered;
    }
    return measure.peak() > before.peak();
  }

  /** How long the subject's present excursion has held, ns; 0: there is none. */
  long heldNs(Subject subject, long nowNs) {
    Excursion excursion = excursions.get(subject.key());
    return excursion == null ? 0 : excursion.heldNs(nowNs);
  }

  /**
   * Whether the subject exceeds the threshold and only time ({@code for=}) must pass for a report.
   */
  boolean isHolding(Subject subject) {
    boolean holdsNothing = condition.forNs() == 0 || excursions.isEmpty();
    Excursion excursion = holdsNothing ? null : excursions.get(subject.key());
    return excursion != null && excursion.isHolding();
  }

  /**
   * Forgets a subject that has vanished or whose id another entity has now.
   *
   * @param key as in {@link Subject#key}
   */
  void forget(long key) {
    if (!excursions.isEmpty()) {
      excursions.remove(key);
    }
    if (!lastReported.isEmpty()) {
      lastReported.remove(key);
    }
    if (!undecided.isEmpty()) {
      undecided.remove(key);
    }
  }

  private boolean changed(Subject subject, double value) {
    if (lastReported.isEmpty()) {
      lastReported = new HashMap<>(INITIAL_CAPACITY);
    }
    Double before = lastReported.putIfAbsent(subject.key(), value);
    if (before == null) {
      return false;
    }
    boolean isReported = isChange(Math.abs(value - before));
    if (isReported) {
      lastReported.put(subject.key(), value);
    }
    return isReported;
  }

  /**
   * Of rates only as exactly as events show them: a steady load's are holdsNothing quite the same.
   */
  private boolean isChange(double difference) {
    if (condition.metric().nature() == Metric.Nature.RATE) {
      return difference >= Math.max(MIN_SHOWN_DIFFERENCE, condition.threshold());
    }
    return condition.threshold() == 0 ? difference > 0 : difference >= condition.threshold();
  }

  /**
   * Whether it is still unknown if an excursion was under way for this subject at the opening. A
   * rate has no value until its window is full, so the first sample may not decide it; the next
   * sample then decides it by the rate since the first one.
   */
  private boolean isOpeningUnknown(Subject subject) {
    return !condition.countsPresent()
        && subject.bornNs() <= openedNs
        && (!isAtLeast(Stage.SAMPLED) || undecided.contains(subject.key()));
  }

  private void noteOpening(Subject subject, double value, long nowNs) {
    if (Double.isNaN(value)) {
      if (undecided.isEmpty()) {
        undecided = new HashSet<>(INITIAL_CAPACITY);
      }
      undecided.add(subject.key());
      return;
    }
    if (!undecided.isEmpty()) {
      undecided.remove(subject.key());
    }
    if (condition.isExceededBy(value)) {
      Excursion present = new Excursion(condition);
      present.begin(nowNs, value);
      put(subject, present);
    }
  }

  private void put(Subject subject, Excursion excursion) {
    if (excursions.isEmpty()) {
      excursions = new HashMap<>(INITIAL_CAPACITY);
    }
    excursions.put(subject.key(), excursion);
  }

  private boolean step(Subject subject, double value, Measure measure, long nowNs) {
    Excursion excursion = excursions.isEmpty() ? null : excursions.get(subject.key());
    if (excursion != null && excursion.isOfAnotherWait(measure.waitStartNs())) {
      excursions.remove(subject.key());
      excursion = null;
    }
    if (excursion == null) {
      if (!condition.isExceededBy(value)) {
        return false;
      }
      excursion = new Excursion(condition);
      put(subject, excursion);
    }
    boolean isReported = excursion.step(nowNs, value);
    if (excursion.isCalm()) {
      excursions.remove(subject.key());
    }
    return isReported;
  }
}
