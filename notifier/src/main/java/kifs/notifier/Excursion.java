package kifs.notifier;

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
  private long since;

  /** When the last look began. */
  private long seen;

  Excursion(Condition condition) {
    this.condition = condition;
  }

  /**
   * Whether that is another block than the one that was seen at the last look: it begins after
   * that. When a block began is not compared with what was told of it before, since the scheduler's
   * clock loses what a hypervisor takes: then an old block seems to have begun later.
   *
   * @param block as in {@link Measure#waitStartNs}
   */
  boolean isOfAnother(double block) {
    return block > seen - condition.threshold() * NS_PER_S / 2;
  }

  /** Takes what is the case now for what was before the waiter came: it is not reported. */
  void begin(long now, double value) {
    seen = now;
    if (condition.isBeyond(value)) {
      phase = Phase.REPORTED;
      since = now;
    }
  }

  /**
   * @return whether this is to be reported now
   */
  boolean step(long now, double value) {
    seen = now;
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
      since = now;
    }
    if (now - since < condition.forNs()) {
      return false;
    }
    phase = Phase.REPORTED;
    return true;
  }

  /** How long the present excursion has held. */
  long heldNs(long now) {
    return now - since;
  }

  /** Whether from now on both say the same, whatever comes. */
  boolean isLike(Excursion other) {
    return phase == other.phase && (phase != Phase.HOLDING || since == other.since);
  }

  /** Whether only time must pass for it to be reported. */
  boolean isHolding() {
    return phase == Phase.HOLDING;
  }

  boolean isCalm() {
    return phase == Phase.CALM;
  }
}
