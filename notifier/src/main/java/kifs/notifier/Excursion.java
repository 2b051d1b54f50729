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
  private final double episode;

  /**
   * @param episode as in {@link Measure#episode}
   */
  Excursion(Condition condition, double episode) {
    this.condition = condition;
    this.episode = episode;
  }

  /**
   * Whether that is another block than the one that this began in. What is told of a block is
   * longer than the threshold, so the next one begins that much later; clocks are less far apart.
   */
  boolean isOfAnother(double block) {
    return Math.abs(block - episode) > condition.threshold() * NS_PER_S / 2;
  }

  /** Takes what is the case now for what was before the waiter came: it is not reported. */
  void begin(long now, double value) {
    if (condition.isBeyond(value)) {
      phase = Phase.REPORTED;
      since = now;
    }
  }

  /**
   * @return whether this is to be reported now
   */
  boolean step(long now, double value) {
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
