package kifs.kernel.simulated.figures;

/**
 * The ids of a process other than its pid, and how likely the OOM killer is to choose it.
 * Immutable.
 *
 * @param oomScoreAdj -1000 to 1000, as in /proc/[pid]/oom_score_adj
 */
public record Credentials(int ppid, int pgid, int sid, int uid, int gid, int oomScoreAdj) {
  /** Every pid and tid is below this number: PID_MAX_LIMIT of include/linux/threads.h. */
  public static final int PID_MAX_LIMIT = 4_194_304;

  public Credentials withParent(int other) {
    return new Credentials(other, pgid, sid, uid, gid, oomScoreAdj);
  }

  public Credentials withUser(int other) {
    return new Credentials(ppid, pgid, sid, other, gid, oomScoreAdj);
  }

  public Credentials withGroup(int other) {
    return new Credentials(ppid, pgid, sid, uid, other, oomScoreAdj);
  }

  public Credentials withOomScoreAdj(int other) {
    return new Credentials(ppid, pgid, sid, uid, gid, other);
  }
}
