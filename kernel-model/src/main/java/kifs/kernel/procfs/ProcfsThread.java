package kifs.kernel.procfs;

import kifs.kernel.record.Record;
import kifs.kernel.source.ThreadRef;

/** A thread, by an open directory of /proc. */
final class ProcfsThread implements ThreadRef {
  private final Procfs procfs;
  private final int pid;
  private final int tid;
  private final BoundDirectory directory;

  ProcfsThread(Procfs procfs, int pid, int tid, BoundDirectory directory) {
    this.procfs = procfs;
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
    ThreadPlan plan = new ThreadPlan(fields, procfs.capabilities());
    return procfs
        .root()
        .lookAt(
            directory,
            false,
            (scan, dir) -> {
              if (plan.lastRan) {
                procfs.schedulerClock().refresh();
              }
              scan.at(dir);
              return procfs.threads().read(scan, pid, tid, plan, thread);
            });
  }

  @Override
  public void close() {
    directory.close();
  }
}
