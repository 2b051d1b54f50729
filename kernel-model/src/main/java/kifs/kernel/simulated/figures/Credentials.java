package kifs.kernel.simulated.figures;

/**
 * The ids of a process that its pid doesn't tell, and how likely the OOM killer is to choose it.
 *
 * @param oomScoreAdj -1000 to 1000, as in /proc/[pid]/oom_score_adj
 */
public record Credentials(int ppid, int pgid, int sid, int uid, int gid, int oomScoreAdj) {
  /** The kernel's constant of that name, include/linux/threads.h: every pid and tid is below it. */
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
