package kifs.notifier.sampling;

import kifs.notifier.condition.Condition;

/**
 * Follows one entity's value past one level: says when to report, once per excursion. Pure state;
 * not thread-safe.
 */
final class Excursion {
  private static final double NS_PER_S = 1e9;

  private enum Phase {
    CALM,
    /** Beyond, but not for long enough yet. */
    HOLDING,
    REPORTED
  }

  private final Condition condition;
  private Phase phase = Phase.CALM;

  /** Boot time at which the present excursion began; unused while calm. */
  private long sinceNs;

  /** Boot time at which the last sample began. */
  private long sampledNs;

  Excursion(Condition condition) {
    this.condition = condition;
  }

  /**
   * Whether a wait is another one than that of the last sample: it began after the sample. The
   * start of the wait isn't compared with the start that the last sample saw, since the scheduler's
   * clock loses the time that a hypervisor takes: an old wait then seems to have begun later.
   *
   * @param waitStartNs as in {@link Measure#waitStartNs}
   */
  boolean isOfAnother(double waitStartNs) {
    return waitStartNs > sampledNs - condition.threshold() * NS_PER_S / 2;
  }

  /** Takes what is the case now for what was before the waiter came: it is not reported. */
  void begin(long nowNs, double value) {
    sampledNs = nowNs;
    if (condition.isBeyond(value)) {
      phase = Phase.REPORTED;
      sinceNs = nowNs;
    }
  }

  /**
   * @return whether this is to be reported now
   */
  boolean step(long nowNs, double value) {
    sampledNs = nowNs;
    if (phase == Phase.REPORTED) {
      if (!condition.isCleared(value)) {
        return false;
      }
      phase = Phase.CALM;
    }
    if (!condition.isBeyond(value)) {
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

  /** How long the present excursion has held. */
  long heldNs(long nowNs) {
    return nowNs - sinceNs;
  }

  /** Whether from now on both say the same, whatever comes. */
  boolean isLike(Excursion other) {
    return phase == other.phase && (phase != Phase.HOLDING || sinceNs == other.sinceNs);
  }

  /** Whether only time must pass for it to be reported. */
  boolean isHolding() {
    return phase == Phase.HOLDING;
  }

  boolean isCalm() {
    return phase == Phase.CALM;
  }
}
