package kifs.notifier;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * One condition on one target, and those who wait for it and are told the same: evaluated once,
 * however many they are. Who comes when something is under way gets a group of its own; groups that
 * have come to the same state are made one. Guarded by the notifier's lock.
 */
final class Group {
  private static final long ONE_SECOND = 1_000_000_000L;

  /** Looks that a window gets, so that a burst of its length isn't averaged away. */
  private static final int LOOKS_PER_WINDOW = 10;

  private final Condition condition;
  private final long openedNs;
  private final Set<Subscription> subscribers = new LinkedHashSet<>();

  /** Excursions under way; who isn't in here is calm. Keys are the subjects'. */
  private final Map<Long, Excursion> excursions = new HashMap<>();

  /** For {@code changes}: what the value was when it was last told, or first seen. */
  private final Map<Long, Double> told = new HashMap<>();

  /** Subjects of which the first look could not tell what was under way. */
  private final Set<Long> undecided = new HashSet<>();

  private int looks;
  private long dueNs;

  Group(Condition condition, long nowNs) {
    this.condition = condition;
    this.openedNs = nowNs;
    this.dueNs = nowNs;
  }

  Condition condition() {
    return condition;
  }

  /** Whether a new waiter would be told here what it would be told on its own. */
  boolean isJoinable(long nowNs) {
    boolean begins = looks == 0 && (condition.predicate().countsPresent() || openedNs == nowNs);
    return begins || condition.predicate() == Predicate.OCCURS;
  }

  /** Whether those who wait in the other group will be told the same as those in this one. */
  boolean isLike(Group other) {
    return condition.equals(other.condition)
        && isSettled()
        && other.isSettled()
        && told.equals(other.told)
        && excursions.keySet().equals(other.excursions.keySet())
        && excursions.entrySet().stream()
            .allMatch(e -> e.getValue().isLike(other.excursions.get(e.getKey())));
  }

  /** Whether it is over that what is found depends on when the waiter came. */
  private boolean isSettled() {
    return looks > 0 && undecided.isEmpty();
  }

  void absorb(Group other) {
    subscribers.addAll(other.subscribers);
    makeDue(other.dueNs);
  }

  void join(Subscription subscription) {
    subscribers.add(subscription);
  }

  /** Whether it was in here. */
  boolean leave(Subscription subscription) {
    return subscribers.remove(subscription);
  }

  Collection<Subscription> subscribers() {
    return subscribers;
  }

  long dueNs() {
    return condition.metric().nature() == Metric.Nature.EVENT ? Long.MAX_VALUE : dueNs;
  }

  private void makeDue(long atNs) {
    dueNs = Math.min(dueNs, atNs);
  }

  /** How often to look, unless that is finer than the mount wants. */
  private long periodNs(long finestNs) {
    if (condition.metric().nature() != Metric.Nature.RATE) {
      return finestNs;
    }
    return Math.max(finestNs, Math.min(condition.overNs() / LOOKS_PER_WINDOW, ONE_SECOND));
  }

  /** Whether nothing was looked at yet. */
  boolean isNew() {
    return looks == 0;
  }

  /** Ends one look at everything. */
  void looked(long nowNs, long finestNs) {
    looks++;
    dueNs = nowNs + periodNs(finestNs);
    if (looks > 1) {
      undecided.clear();
    }
  }

  /** Forgets everybody else. */
  void retain(Set<Long> present) {
    excursions.keySet().retainAll(present);
    told.keySet().retainAll(present);
  }

  /**
   * Takes in what one look at one subject found.
   *
   * @param value in the condition's unit
   * @param whole false if a rate's window isn't full yet: then the value is a lower bound
   * @param recent the rate since the last look; NaN unless a rate that was seen before
   * @return whether it is to be told
   */
  boolean look(Subject subject, double value, boolean whole, double recent, long nowNs) {
    if (Double.isNaN(value)) {
      return false;
    }
    if (condition.predicate() == Predicate.CHANGES) {
      return whole && changed(subject, value);
    }
    if (isBeginning(subject)) {
      begin(subject, whole ? value : recent, nowNs);
    }
    // Of a lower bound it is certain only that the value is not less.
    boolean certain = whole || condition.predicate().isUpward() == condition.isBeyond(value);
    return certain && step(subject, value, nowNs);
  }

  /** How long the subject's present excursion has held. */
  long heldNs(Subject subject, long nowNs) {
    Excursion excursion = excursions.get(subject.key());
    return excursion == null ? 0 : excursion.heldNs(nowNs);
  }

  /** Forgets what it knows of a subject whose id another one has now. */
  void forget(long key) {
    excursions.remove(key);
    told.remove(key);
  }

  private boolean changed(Subject subject, double value) {
    Double before = told.putIfAbsent(subject.key(), value);
    if (before == null) {
      return false;
    }
    double by = Math.abs(value - before);
    boolean tell = condition.threshold() == 0 ? by > 0 : by >= condition.threshold();
    if (tell) {
      told.put(subject.key(), value);
    }
    return tell;
  }

  /**
   * Whether it is still to be found out what was under way when the first waiter came. Of a rate
   * whose window isn't full the first look tells nothing; the second knows the rate since the
   * first.
   */
  private boolean isBeginning(Subject subject) {
    return !condition.predicate().countsPresent()
        && subject.bornNs() <= openedNs
        && (looks == 0 || looks == 1 && undecided.contains(subject.key()));
  }

  private void begin(Subject subject, double value, long nowNs) {
    if (Double.isNaN(value)) {
      undecided.add(subject.key());
    } else if (condition.isBeyond(value)) {
      Excursion underWay = new Excursion(condition);
      underWay.begin(nowNs, value);
      excursions.put(subject.key(), underWay);
    }
  }

  private boolean step(Subject subject, double value, long nowNs) {
    Excursion excursion = excursions.get(subject.key());
    if (excursion == null) {
      if (!condition.isBeyond(value)) {
        return false;
      }
      excursion = new Excursion(condition);
      excursions.put(subject.key(), excursion);
    }
    boolean tell = excursion.step(nowNs, value);
    if (excursion.isCalm()) {
      excursions.remove(subject.key());
    }
    return tell;
  }
}
