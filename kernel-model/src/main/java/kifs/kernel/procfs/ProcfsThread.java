package kifs.kernel.procfs;

import java.util.Optional;
import kifs.kernel.limits.EntityLimits;
import kifs.kernel.procfs.probe.Proc;
import kifs.kernel.procfs.process.ThreadPlan;
import kifs.kernel.procfs.scan.BoundDirectory;
import kifs.kernel.procfs.scan.CommFile;
import kifs.kernel.record.Record;
import kifs.kernel.source.ThreadRef;

/** A thread, bound by an open directory of /proc, see {@link ProcfsProcess}. Thread-safe. */
final class ProcfsThread implements ThreadRef {
  private final Proc proc;
  private final int pid;
  private final int tid;
  private final BoundDirectory directory;

  ProcfsThread(Proc proc, int pid, int tid, BoundDirectory directory) {
    this.proc = proc;
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
    ThreadPlan plan = new ThreadPlan(fields, proc.capabilities());
    return proc.root()
        .withDirectory(
            directory,
            false,
            (scan, dir) -> {
              if (plan.lastRan) {
                proc.schedulerClock().refresh();
              }
              boolean readable = !plan.guarded || proc.guard().isReadable(pid);
              scan.inDirectory(dir);
              if (readable) {
                return proc.threads().read(scan, pid, tid, plan, thread);
              }
              thread.addFlag(Record.INCOMPLETE);
              ThreadPlan rest = plan.ofUnreadable(proc.capabilities());
              return proc.threads().read(scan, pid, tid, rest, thread);
            });
  }

  @Override
  public Optional<EntityLimits> limits() {
    return ProcfsLimitTarget.limits(proc, tid, directory, () -> new int[] {tid});
  }

  @Override
  public Optional<byte[]> fullName() {
    return proc.root().withDirectory(directory, Optional.empty(), CommFile::read);
  }

  @Override
  public void close() {
    directory.close();
  }
}
