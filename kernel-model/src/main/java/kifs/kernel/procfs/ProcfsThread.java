package kifs.kernel.procfs;

import kifs.kernel.record.Record;
import kifs.kernel.source.ThreadRef;

/** A thread, by an open directory of /proc. */
final class ProcfsThread implements ThreadRef {
  private final ProcfsSource source;
  private final int pid;
  private final int tid;
  private final BoundDirectory directory;

  ProcfsThread(ProcfsSource source, int pid, int tid, BoundDirectory directory) {
    this.source = source;
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
    ThreadPlan plan = new ThreadPlan(fields, source.capabilities());
    return source.lookAt(
        directory,
        false,
        (scan, dir) -> {
          if (plan.lastRan) {
            source.schedulerClock().refresh();
          }
          scan.at(dir);
          return source.threads().read(scan, pid, tid, plan, thread);
        });
  }

  @Override
  public void close() {
    directory.close();
  }
}
