package kifs.notifier;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Decides what to look at and when. Sampling as a whole takes at most a tenth of one processor:
 * where a look costs more, the tick grows. Guarded by the notifier's lock.
 */
final class Schedule {
  /** A look that took c is followed by the next one of its lane no sooner than 10 c after it. */
  static final long BUDGET = 10;

  /** Looks at the whole host and looks at single entities don't wait for each other. */
  private static final class Lane {
    private long notBeforeNs;
    private long lastNs;
    private long tickNs;

    void looked(long beganNs, long tookNs) {
      tickNs = lastNs == 0 ? 0 : beganNs - lastNs;
      lastNs = beganNs;
      notBeforeNs = beganNs + BUDGET * tookNs;
    }

    /** Nobody waits: the time to the next look, whenever that is, will be no tick. */
    void rest() {
      lastNs = 0;
      tickNs = 0;
    }
  }

  private final long finestNs;
  private final Lane hostWide = new Lane();
  private final Lane single = new Lane();
  private long samples;
  private long lateTicks;
  private long worstLateNs;
  private long spentNs;

  Schedule(long finestNs) {
    this.finestNs = finestNs;
  }

  long finestNs() {
    return finestNs;
  }

  /**
   * What is due now, and what may as well be looked at now because it would be within a tick: so
   * conditions that were opened at odd times come to share their looks.
   *
   * @param wide looks at the whole host, or at single entities
   */
  List<Look> plan(Collection<Target> targets, boolean wide, long nowNs) {
    List<Target> ofLane = targets.stream().filter(t -> isSampled(t) && t.isWide() == wide).toList();
    Lane lane = lane(wide);
    if (ofLane.isEmpty()) {
      lane.rest();
      return List.of();
    }
    long earliest = ofLane.stream().mapToLong(Target::dueNs).min().orElseThrow();
    long due = Math.max(earliest, lane.notBeforeNs);
    if (due > nowNs) {
      return List.of();
    }
    countLate(nowNs - due);
    List<Look> looks = new ArrayList<>();
    for (Target target : ofLane) {
      List<Series> soon = target.dueSeries(nowNs + finestNs - 1);
      // The host is read once for all; a single entity only if it's due itself.
      if (target.dueNs() <= nowNs || wide && !soon.isEmpty()) {
        looks.add(Look.plan(target, soon));
      }
    }
    return looks;
  }

  /** Boot time at which {@link #plan} will find something; {@code Long.MAX_VALUE}: nothing ever. */
  long nextDue(Collection<Target> targets) {
    long next = Long.MAX_VALUE;
    for (Target target : targets) {
      if (isSampled(target)) {
        long lane = lane(target.isWide()).notBeforeNs;
        next = Math.min(next, Math.max(target.dueNs(), lane));
      }
    }
    return next;
  }

  /** Accounts for looks that were made. */
  void looked(List<Look> looks, long beganNs, long endedNs) {
    long took = endedNs - beganNs;
    lane(looks.get(0).target().isWide()).looked(beganNs, took);
    samples++;
    spentNs += took;
  }

  private static boolean isSampled(Target target) {
    return !target.isEnded() && target.dueNs() != Long.MAX_VALUE;
  }

  private Lane lane(boolean wide) {
    return wide ? hostWide : single;
  }

  private void countLate(long lateNs) {
    if (lateNs > finestNs / 2) {
      lateTicks++;
      worstLateNs = Math.max(worstLateNs, lateNs);
    }
  }

  NotifierStatus status(int waiters, int conditions, long pushed) {
    long tick = Math.max(hostWide.tickNs, single.tickNs);
    return new NotifierStatus(
        waiters, conditions, pushed, tick, samples, lateTicks, worstLateNs, spentNs);
  }
}
