package kifs.notifier.sampling;

import kifs.notifier.condition.Condition;
import org.jspecify.annotations.Nullable;

/**
 * The state of one entity's value against one threshold. Decides when to report, once per
 * excursion. Not thread-safe.
 */
final class Excursion {
  private static final double NS_PER_S = 1e9;

  private enum Phase {
    CALM,
    /** The value exceeds the threshold, but not for long enough yet. */
    HOLDING,
    REPORTED
  }

  private final Condition condition;
  private Phase phase = Phase.CALM;

  /** Boot time at which the present excursion began; not used while calm. */
  private long sinceNs;

  /** Boot time at which the last sample began. */
  private long sampledNs;

  Excursion(Condition condition) {
    this.condition = condition;
  }

  /**
   * Whether the present wait began after the last sample, so that it is not the wait which that
   * sample saw. The two start times aren't compared for equality: {@code sched_clock} loses the
   * time that a hypervisor takes, so an old wait seems to have begun later at each sample. Half the
   * threshold is slack, because the wait that the sample saw had lasted for the whole threshold.
   *
   * @param waitStartNs as in {@link Measure#waitStartNs}
   */
  boolean isOfAnotherWait(double waitStartNs) {
    return waitStartNs > sampledNs - condition.threshold() * NS_PER_S / 2;
  }

  /** Sets the state at the opening. A value that exceeds the threshold then is not reported. */
  void begin(long nowNs, double value) {
    sampledNs = nowNs;
    if (condition.isExceededBy(value)) {
      phase = Phase.REPORTED;
      sinceNs = nowNs;
    }
  }

  /**
   * Handles the next sample.
   *
   * @param nowNs boot time at which the sample began
   * @return whether to report now
   */
  boolean step(long nowNs, double value) {
    sampledNs = nowNs;
    if (phase == Phase.REPORTED) {
      if (!condition.isCleared(value)) {
        return false;
      }
      phase = Phase.CALM;
    }
    if (!condition.isExceededBy(value)) {
      phase = Phase.CALM;
      return false;
    }
    if (phase == Phase.CALM) {
      phase = Phase.HOLDING;
      sinceNs = nowNs;
    }
    if (nowNs - sinceNs < condition.forNs()) {
      return false;
    }
    phase = Phase.REPORTED;
    return true;
  }

  /** How long the present excursion has held, ns. */
  long heldNs(long nowNs) {
    return nowNs - sinceNs;
  }

  /** Whether both will report the same from now on, whatever values come. */
  boolean isLike(@Nullable Excursion other) {
    return other != null
        && phase == other.phase
        && (phase != Phase.HOLDING || sinceNs == other.sinceNs);
  }

  /** Whether the value exceeds the threshold and only time must pass for a report. */
  boolean isHolding() {
    return phase == Phase.HOLDING;
  }

  boolean isCalm() {
    return phase == Phase.CALM;
  }
}
