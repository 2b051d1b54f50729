package kifs.kernel.simulated.figures;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.LimitsRecord.Limit;

/** The rlimits of a process, and the usage of some of them. Immutable. */
public final class Limits {
  /** RLIMIT_NOFILE, as in getrlimit(2). */
  public static final int NOFILE = 7;

  private static final long UNLIMITED = -1;

  /** Limits of open files only, as most hosts have. */
  public static final Limits USUAL = usual();

  private final long[] soft;
  private final long[] hard;
  private final Map<String, Long> used;

  private Limits(long[] soft, long[] hard, Map<String, Long> used) {
    this.soft = soft;
    this.hard = hard;
    this.used = used;
  }

  private static Limits usual() {
    long[] all = new long[LimitsRecord.LIMITS.size()];
    Arrays.fill(all, UNLIMITED);
    Map<String, Long> unused =
        Map.of("data", 0L, "stack", 0L, "memlock", 0L, "sigpending", 0L, "nproc", 1L);
    return new Limits(all, all, unused).with("nofile", 1024, 1_048_576);
  }

  public Limits with(String name, long newSoft, long newHard) {
    for (Limit limit : LimitsRecord.LIMITS) {
      if (limit.name().equals(name)) {
        Limits changed = new Limits(soft.clone(), hard.clone(), used);
        changed.soft[limit.number()] = newSoft;
        changed.hard[limit.number()] = newHard;
        return changed;
      }
    }
    throw new SimulationException("no such limit: " + name);
  }

  /** Returns these limits with another usage, which must be one that no other figure gives. */
  public Limits using(String name, long value) {
    if (!used.containsKey(name)) {
      throw new SimulationException("the usage can't be set for the limit " + name);
    }
    Map<String, Long> changed = new TreeMap<>(used);
    changed.put(name, value);
    return new Limits(soft, hard, changed);
  }

  /** The usage by the limit's name, for the limits whose usage no other figure gives. */
  public Map<String, Long> used() {
    return used;
  }

  public long soft(Limit limit) {
    return soft[limit.number()];
  }

  public long hard(Limit limit) {
    return hard[limit.number()];
  }
}
