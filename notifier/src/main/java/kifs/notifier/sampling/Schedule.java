package kifs.notifier.sampling;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import kifs.kernel.clock.KernelClock;
import kifs.notifier.pace.TimeBudget;

/**
 * Decides what to look at and when. Looks at the whole host, and those at single entities, take at
 * most a tenth of one processor each: where one costs more, the tick grows. Guarded by the
 * notifier's lock.
 */
public final class Schedule {
  /** Looks at the whole host and looks at single entities don't wait for each other. */
  private static final class Lane {
    private final TimeBudget budget;
    private long dueNs;
    private long lastNs;
    private long tickNs;

    Lane(KernelClock clock) {
      budget = new TimeBudget(clock);
    }

    void begin(long wasDueNs) {
      dueNs = wasDueNs;
      budget.begin();
    }

    /** By how much the host kept it from being looked at when that was due. */
    long lateNs() {
      return budget.beganNs() - dueNs + budget.waitedNs();
    }

    void looked() {
      budget.end();
      tickNs = lastNs == 0 ? 0 : budget.beganNs() - lastNs;
      lastNs = budget.beganNs();
    }

    /** Nobody waits: the time to the next look, whenever that is, will be no tick. */
    void rest() {
      lastNs = 0;
      tickNs = 0;
    }
  }

  private final long finestNs;
  private final Lane hostWide;
  private final Lane single;
  private long samples;
  private long lateTicks;
  private long worstLateNs;
  private long samplingNs;

  public Schedule(KernelClock clock, long finestNs) {
    this.finestNs = finestNs;
    hostWide = new Lane(clock);
    single = new Lane(clock);
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
  public List<Look> plan(Collection<WatchedScope> targets, boolean wide, long nowNs) {
    List<WatchedScope> ofLane =
        targets.stream().filter(t -> isSampled(t) && t.isWide() == wide).toList();
    Lane lane = lane(wide);
    if (ofLane.isEmpty()) {
      lane.rest();
      return List.of();
    }
    long earliestNs = ofLane.stream().mapToLong(WatchedScope::dueNs).min().orElseThrow();
    long dueNs = Math.max(earliestNs, lane.budget.notBeforeNs());
    if (dueNs > nowNs) {
      return List.of();
    }
    List<Look> looks = new ArrayList<>();
    for (WatchedScope target : ofLane) {
      List<WatchedMetric> soon = target.dueSeries(nowNs + finestNs - 1);
      // The host is read once for all; a single entity only if it's due itself.
      if (target.dueNs() <= nowNs || wide && !soon.isEmpty()) {
        looks.add(Look.plan(target, soon, nowNs));
      }
    }
    lane.begin(dueNs);
    return looks;
  }

  /** Boot time at which {@link #plan} will find something; {@code Long.MAX_VALUE}: nothing ever. */
  public long nextDueNs(Collection<WatchedScope> targets) {
    long nextNs = Long.MAX_VALUE;
    for (WatchedScope target : targets) {
      if (isSampled(target)) {
        long notBeforeNs = lane(target.isWide()).budget.notBeforeNs();
        nextNs = Math.min(nextNs, Math.max(target.dueNs(), notBeforeNs));
      }
    }
    return nextNs;
  }

  /** Accounts for looks that were made, by the thread that planned them. */
  void looked(List<Look> looks) {
    Lane lane = lane(looks.get(0).target().isWide());
    lane.looked();
    countLate(lane.lateNs());
    samples++;
    samplingNs += lane.budget.usedNs();
  }

  private static boolean isSampled(WatchedScope target) {
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

  /** Time between the last two samples of the same thing; 0: nothing is sampled. */
  public long tickNs() {
    return Math.max(hostWide.tickNs, single.tickNs);
  }

  /** Samples made so far. */
  public long samples() {
    return samples;
  }

  /** Samples that the host delayed by more than half a tick. */
  public long lateTicks() {
    return lateTicks;
  }

  /** The longest such delay. */
  public long worstLateNs() {
    return worstLateNs;
  }

  /** CPU time spent on sampling so far. */
  public long samplingNs() {
    return samplingNs;
  }
}
