package kifs.kernel.simulated;

import java.util.Arrays;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.LimitsRecord.Limit;

/** The rlimits of a process. Immutable. */
final class Limits {
  static final int NOFILE = 7;

  private static final long UNLIMITED = -1;

  /** Nothing is limited but open files, as in most hosts. */
  static final Limits USUAL = usual();

  private final long[] soft;
  private final long[] hard;

  private Limits(long[] soft, long[] hard) {
    this.soft = soft;
    this.hard = hard;
  }

  private static Limits usual() {
    long[] all = new long[LimitsRecord.LIMITS.size()];
    Arrays.fill(all, UNLIMITED);
    return new Limits(all, all).with("nofile", 1024, 1_048_576);
  }

  Limits with(String name, long newSoft, long newHard) {
    for (Limit limit : LimitsRecord.LIMITS) {
      if (limit.name().equals(name)) {
        Limits changed = new Limits(soft.clone(), hard.clone());
        changed.soft[limit.number()] = newSoft;
        changed.hard[limit.number()] = newHard;
        return changed;
      }
    }
    throw new SimulationException("no such limit: " + name);
  }

  long soft(Limit limit) {
    return soft[limit.number()];
  }

  long hard(Limit limit) {
    return hard[limit.number()];
  }
}
