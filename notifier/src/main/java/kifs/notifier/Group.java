package kifs.notifier;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One distinct condition on one target, and everybody who waits for it: evaluated once, however
 * many they are. Guarded by the notifier's lock.
 */
final class Group {
  private static final long ONE_SECOND = 1_000_000_000L;

  /** Looks that a window gets, so that a burst of its length isn't averaged away. */
  private static final int LOOKS_PER_WINDOW = 10;

  private final Condition condition;
  private final long openedNs;
  private final List<Subscription> subscribers = new ArrayList<>();
  private final List<Subscription> newcomers = new ArrayList<>();

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

  /** Whether a new waiter would see here what it would see on its own. */
  boolean isJoinable() {
    return switch (condition.predicate()) {
      case OCCURS -> true;
      case CHANGES -> false;
      case ABOVE, BELOW -> !condition.hasHysteresis() || excursions.isEmpty();
      case RISES, FALLS ->
          looks > 0 && excursions.values().stream().allMatch(Excursion::isReported);
    };
  }

  void join(Subscription subscription) {
    subscribers.add(subscription);
    if (looks > 0) {
      newcomers.add(subscription);
    }
  }

  /** Whether somebody is left. */
  boolean leave(Subscription subscription) {
    subscribers.remove(subscription);
    newcomers.remove(subscription);
    return !subscribers.isEmpty();
  }

  List<Subscription> subscribers() {
    return subscribers;
  }

  long dueNs() {
    return condition.metric().nature() == Metric.Nature.EVENT ? Long.MAX_VALUE : dueNs;
  }

  void makeDue(long atNs) {
    dueNs = Math.min(dueNs, atNs);
  }

  /** How often to look, unless that is finer than the mount wants. */
  long periodNs(long finestNs) {
    if (condition.metric().nature() != Metric.Nature.RATE) {
      return finestNs;
    }
    return Math.max(finestNs, Math.min(condition.overNs() / LOOKS_PER_WINDOW, ONE_SECOND));
  }

  /** Ends one look at everything. */
  void looked(long nowNs, long finestNs, Set<Long> present) {
    looks++;
    dueNs = nowNs + periodNs(finestNs);
    newcomers.clear();
    if (looks > 1) {
      undecided.clear();
    }
    excursions.keySet().retainAll(present);
    told.keySet().retainAll(present);
  }

  /** What one look at one subject found. */
  enum Verdict {
    NOTHING,
    TELL_ALL,
    TELL_NEWCOMERS
  }

  /**
   * @param value in the condition's unit
   * @param whole false if a rate's window isn't full yet: then the value is a lower bound
   * @param recent the rate since the last look; NaN unless a rate that was seen before
   */
  Verdict look(Subject subject, double value, boolean whole, double recent, long nowNs) {
    if (Double.isNaN(value)) {
      return Verdict.NOTHING;
    }
    if (condition.predicate() == Predicate.CHANGES) {
      return whole && changed(subject, value) ? Verdict.TELL_ALL : Verdict.NOTHING;
    }
    if (isBeginning(subject)) {
      begin(subject, whole ? value : recent, nowNs);
    }
    boolean certain = whole || condition.predicate().isUpward() && condition.isBeyond(value);
    if (!certain) {
      return Verdict.NOTHING;
    }
    return step(subject, value, nowNs);
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

  private Verdict step(Subject subject, double value, long nowNs) {
    Excursion excursion = excursions.get(subject.key());
    if (excursion == null) {
      if (!condition.isBeyond(value)) {
        return Verdict.NOTHING;
      }
      excursion = new Excursion(condition);
      excursions.put(subject.key(), excursion);
    }
    boolean before = excursion.isReported();
    if (excursion.step(nowNs, value)) {
      return Verdict.TELL_ALL;
    }
    if (excursion.isCalm()) {
      excursions.remove(subject.key());
    }
    boolean owed = before && condition.predicate().countsPresent() && condition.isBeyond(value);
    return owed && !newcomers.isEmpty() ? Verdict.TELL_NEWCOMERS : Verdict.NOTHING;
  }

  /** Who came since the last look, and is to be told what was told before. */
  List<Subscription> newcomers() {
    return newcomers;
  }
}
