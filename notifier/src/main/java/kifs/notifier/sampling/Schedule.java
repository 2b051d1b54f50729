package kifs.notifier.sampling;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import kifs.kernel.clock.KernelClock;
import kifs.notifier.pace.Lane;

/**
 * Decides what to sample and when. Host-wide samples together use at most a tenth of one CPU, so do
 * samples of single entities, and so do searches for deadlocks. If samples cost more, the tick
 * becomes longer. It also counts what all samples cost.
 *
 * <p>Guarded by the notifier's lock.
 */
public final class Schedule {
  private final long minTickNs;
  private final Lane hostWideLane;
  private final Lane singleLane;
  private final Lane deadlockLane;

  /**
   * @param minTickNs the shortest interval between two samples
   */
  public Schedule(KernelClock clock, long minTickNs) {
    this.minTickNs = minTickNs;
    hostWideLane = new Lane(clock, minTickNs);
    singleLane = new Lane(clock, minTickNs);
    deadlockLane = new Lane(clock, minTickNs);
  }

  /** The timing of searches for deadlocks, which the caller plans. */
  public Lane deadlocks() {
    return deadlockLane;
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
    long dueNs = Math.max(earliestNs, lane.notBeforeNs());
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
        long notBeforeNs = lane(watched.isHostWide()).notBeforeNs();
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
    lane(plans.get(0).watched().isHostWide()).end();
  }

  private static boolean isSampled(WatchedScope watched) {
    return !watched.isEnded() && watched.dueNs() != Long.MAX_VALUE;
  }

  private Lane lane(boolean hostWide) {
    return hostWide ? hostWideLane : singleLane;
  }

  private Stream<Lane> lanes() {
    return Stream.of(hostWideLane, singleLane, deadlockLane);
  }

  /**
   * Time between the last two samples of the same kind, ns: the longest one of all kinds; 0:
   * nothing is sampled.
   */
  public long tickNs() {
    return lanes().mapToLong(Lane::tickNs).max().orElse(0);
  }

  /** The number of times that samples of one kind were taken so far. */
  public long samples() {
    return lanes().mapToLong(Lane::samples).sum();
  }

  /** The number of those that the host delayed by more than half a tick. */
  public long lateTicks() {
    return lanes().mapToLong(Lane::lateTicks).sum();
  }

  /** The longest such delay, ns. */
  public long worstLateNs() {
    return lanes().mapToLong(Lane::worstLateNs).max().orElse(0);
  }

  /** CPU time spent on sampling so far, ns. */
  public long samplingNs() {
    return lanes().mapToLong(Lane::samplingNs).sum();
  }
}
