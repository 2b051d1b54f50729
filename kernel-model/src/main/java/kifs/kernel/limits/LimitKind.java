package kifs.kernel.limits;

import java.util.ArrayList;
import java.util.List;
import kifs.kernel.record.LimitsRecord;

/**
 * A kind of limit that a process or a thread has: the name of its file, and what the file holds.
 * Immutable.
 *
 * @param name the name of the file
 * @param doc one line that says what the text means
 */
public record LimitKind(String name, String doc) {
  private static final String RLIMIT_NICE = "nice";

  public static final LimitKind NICE =
      new LimitKind("nice", "nice value, -20 to 19; setpriority(2)");
  public static final LimitKind POLICY =
      new LimitKind(
          "policy",
          "scheduling policy: other, batch, idle, fifo PRIORITY, rr PRIORITY, or deadline RUNTIME"
              + " DEADLINE PERIOD in ns; sched_setscheduler(2)");
  public static final LimitKind UCLAMP =
      new LimitKind(
          "uclamp",
          "MIN MAX, 0 to 1024: bounds of the CPU performance that the scheduler asks for;"
              + " sched_setattr(2)");
  public static final LimitKind AFFINITY =
      new LimitKind("affinity", "CPUs on which it may run, such as 0-3,7; sched_setaffinity(2)");
  public static final LimitKind IOPRIO =
      new LimitKind(
          "ioprio",
          "I/O priority: none, idle, best-effort LEVEL or realtime LEVEL, LEVEL 0 to 7;"
              + " ioprio_set(2)");
  public static final LimitKind OOM_SCORE_ADJ =
      new LimitKind(
          "oom_score_adj",
          "-1000 to 1000: how likely the OOM killer chooses it; /proc/[pid]/oom_score_adj");
  public static final LimitKind CGROUP =
      new LimitKind(
          "cgroup",
          "the cgroups that it is in, as in /proc/[pid]/cgroup; a line CONTROLLERS:PATH moves it;"
              + " cgroup.procs");

  /** What a thread has. */
  public static final List<LimitKind> OF_THREADS = List.of(NICE, POLICY, UCLAMP, AFFINITY, IOPRIO);

  /**
   * What a process has: the rlimits, what its threads have, the adjustment of the OOM score, and
   * its cgroups.
   */
  public static final List<LimitKind> OF_PROCESSES = ofProcesses();

  private static List<LimitKind> ofProcesses() {
    List<LimitKind> kinds = new ArrayList<>();
    LimitsRecord.LIMITS.forEach(limit -> kinds.add(of(limit)));
    kinds.addAll(OF_THREADS);
    kinds.add(OOM_SCORE_ADJ);
    kinds.add(CGROUP);
    return List.copyOf(kinds);
  }

  /** The kind of an rlimit. */
  public static LimitKind of(LimitsRecord.Limit limit) {
    String name = limit.name().equals(RLIMIT_NICE) ? "rlimit.nice" : limit.name();
    return new LimitKind(name, "SOFT HARD: " + RlimitValue.doc(limit) + "; prlimit(2)");
  }
}
