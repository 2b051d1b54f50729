package kifs.kernel.simulated;

/** Who a process is. */
record Credentials(int ppid, int pgid, int sid, int uid, int gid, int oomScoreAdj) {
  Credentials withParent(int other) {
    return new Credentials(other, pgid, sid, uid, gid, oomScoreAdj);
  }

  Credentials withUser(int other) {
    return new Credentials(ppid, pgid, sid, other, gid, oomScoreAdj);
  }

  Credentials withGroup(int other) {
    return new Credentials(ppid, pgid, sid, uid, other, oomScoreAdj);
  }

  Credentials withOomScoreAdj(int other) {
    return new Credentials(ppid, pgid, sid, uid, gid, other);
  }
}
