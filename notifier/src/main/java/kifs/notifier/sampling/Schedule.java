package kifs.notifier.sampling;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import kifs.kernel.clock.KernelClock;
import kifs.notifier.pace.TimeBudget;

/**
 * Decides what to sample and when. Host-wide samples together use at most a tenth of one CPU, and
 * so do samples of single entities. If samples cost more, the tick becomes longer.
 *
 * <p>Guarded by the notifier's lock.
 */
public final class Schedule {
  /**
   * The timing of one kind of sample. There are two, so that samples of single entities need not
   * wait for a slow pass over the host.
   */
  private static final class Lane {
    private final TimeBudget budget;

    /** Boot time at which the present samples were due. */
    private long dueNs;

    /** Boot time at which the samples before began; 0: there were none. */
    private long lastNs;

    private long tickNs;

    Lane(KernelClock clock) {
      budget = new TimeBudget(clock);
    }

    void begin(long wasDueNs) {
      dueNs = wasDueNs;
      budget.begin();
    }

    /**
     * How late the samples were because of the host: their late begin plus the time that other
     * processes had the CPU while they were taken.
     */
    long lateNs() {
      return budget.beganNs() - dueNs + budget.waitedNs();
    }

    void end() {
      budget.end();
      tickNs = lastNs == 0 ? 0 : budget.beganNs() - lastNs;
      lastNs = budget.beganNs();
    }

    /**
     * Notes that nothing is sampled at present, so the time until the next sample is not a tick.
     */
    void pause() {
      lastNs = 0;
      tickNs = 0;
    }
  }

  private final long minTickNs;
  private final Lane hostWideLane;
  private final Lane singleLane;
  private long samples;
  private long lateTicks;
  private long worstLateNs;
  private long samplingNs;

  /**
   * @param minTickNs the shortest interval between two samples
   */
  public Schedule(KernelClock clock, long minTickNs) {
    this.minTickNs = minTickNs;
    hostWideLane = new Lane(clock);
    singleLane = new Lane(clock);
  }

  long minTickNs() {
    return minTickNs;
  }

  /**
   * Plans the samples that are due, and those that will be due within a tick. So conditions that
   * were opened at different times come to share their samples.
   *
   * @param hostWide whether to plan samples that need a pass over the host, or those of single
   *     entities
   * @param nowNs boot time
   */
  public List<SamplePlan> plan(
      Collection<WatchedScope> watchedScopes, boolean hostWide, long nowNs) {
    List<WatchedScope> candidates =
        watchedScopes.stream().filter(t -> isSampled(t) && t.isHostWide() == hostWide).toList();
    Lane lane = lane(hostWide);
    if (candidates.isEmpty()) {
      lane.pause();
      return List.of();
    }
    long earliestNs = candidates.stream().mapToLong(WatchedScope::dueNs).min().orElseThrow();
    long dueNs = Math.max(earliestNs, lane.budget.notBeforeNs());
    if (dueNs > nowNs) {
      return List.of();
    }
    List<SamplePlan> plans = new ArrayList<>();
    for (WatchedScope watched : candidates) {
      List<WatchedMetric> soon = watched.dueFigures(nowNs + minTickNs - 1);
      // A pass reads the host once for all figures, so figures that are due soon are
      // sampled with it. A single entity is read only if it is due itself.
      if (watched.dueNs() <= nowNs || hostWide && !soon.isEmpty()) {
        plans.add(SamplePlan.plan(watched, soon, nowNs));
      }
    }
    lane.begin(dueNs);
    return plans;
  }

  /** Boot time at which {@link #plan} will return something; {@code Long.MAX_VALUE}: never. */
  public long nextDueNs(Collection<WatchedScope> watchedScopes) {
    long nextNs = Long.MAX_VALUE;
    for (WatchedScope watched : watchedScopes) {
      if (isSampled(watched)) {
        long notBeforeNs = lane(watched.isHostWide()).budget.notBeforeNs();
        nextNs = Math.min(nextNs, Math.max(watched.dueNs(), notBeforeNs));
      }
    }
    return nextNs;
  }

  /**
   * Accounts for samples that were taken. The thread that planned them must call this, because the
   * CPU time is that thread's.
   */
  void finish(List<SamplePlan> plans) {
    Lane lane = lane(plans.get(0).watched().isHostWide());
    lane.end();
    countLate(lane.lateNs());
    samples++;
    samplingNs += lane.budget.usedNs();
  }

  private static boolean isSampled(WatchedScope watched) {
    return !watched.isEnded() && watched.dueNs() != Long.MAX_VALUE;
  }

  private Lane lane(boolean hostWide) {
    return hostWide ? hostWideLane : singleLane;
  }

  private void countLate(long lateNs) {
    if (lateNs > minTickNs / 2) {
      lateTicks++;
      worstLateNs = Math.max(worstLateNs, lateNs);
    }
  }

  /**
   * Time between the last two samples of the same lane, ns: the longer one of both lanes; 0:
   * nothing is sampled.
   */
  public long tickNs() {
    return Math.max(hostWideLane.tickNs, singleLane.tickNs);
  }

  /** The number of times that a lane has been sampled so far. */
  public long samples() {
    return samples;
  }

  /** The number of those that the host delayed by more than half a tick. */
  public long lateTicks() {
    return lateTicks;
  }

  /** The longest such delay, ns. */
  public long worstLateNs() {
    return worstLateNs;
  }

  /** CPU time spent on sampling so far, ns. */
  public long samplingNs() {
    return samplingNs;
  }
}
