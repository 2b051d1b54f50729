package kifs.kernel.procfs;

import kifs.kernel.record.Record;
import kifs.kernel.source.ThreadRef;

/** A thread, by an open directory of /proc. */
final class ProcfsThread implements ThreadRef {
  private final ProcfsSource source;
  private final ScanPool scans;
  private final int pid;
  private final int tid;
  private final BoundDirectory directory;

  ProcfsThread(ProcfsSource source, ScanPool scans, int pid, int tid, BoundDirectory directory) {
    this.source = source;
    this.scans = scans;
    this.pid = pid;
    this.tid = tid;
    this.directory = directory;
  }

  @Override
  public int tid() {
    return tid;
  }

  @Override
  public int pid() {
    return pid;
  }

  @Override
  public boolean read(long fields, Record thread) {
    int dir = directory.begin();
    if (dir < 0) {
      return false;
    }
    Scan scan = scans.take();
    try {
      ThreadPlan plan = new ThreadPlan(fields, source.capabilities());
      if (plan.lastRan) {
        source.schedulerClock().refresh(scan);
      }
      scan.at(dir);
      return source.threads().read(scan, pid, tid, plan, thread);
    } finally {
      scans.give(scan);
      directory.end();
    }
  }

  @Override
  public void close() {
    directory.close();
  }
}
