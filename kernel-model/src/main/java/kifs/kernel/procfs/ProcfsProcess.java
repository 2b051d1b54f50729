package kifs.kernel.procfs;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.linux.Statx;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.linux.events.WatchedProcess;
import kifs.kernel.procfs.holdings.SingleFd;
import kifs.kernel.procfs.probe.Proc;
import kifs.kernel.procfs.process.CgroupFile;
import kifs.kernel.procfs.process.CgroupIds;
import kifs.kernel.procfs.process.ProcessPlan;
import kifs.kernel.procfs.process.StatFile;
import kifs.kernel.procfs.scan.BoundDirectory;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.procfs.scan.ProcRoot;
import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.query.Query;
import kifs.kernel.record.Record;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ThreadRef;

/** A process, by an open directory of /proc: the kernel itself keeps the two together. */
final class ProcfsProcess implements WatchedProcess {
  private final Procfs procfs;
  private final Proc proc;
  private final int pid;
  private final BoundDirectory directory;

  private ProcfsProcess(Procfs procfs, int pid, BoundDirectory directory) {
    this.procfs = procfs;
    this.proc = procfs.proc();
    this.pid = pid;
    this.directory = directory;
  }

  /** Binds to a process; empty if no process has that id. */
  static Optional<ProcessRef> bind(Procfs procfs, int pid) {
    ProcRoot root = procfs.proc().root();
    return pid <= 0
        ? Optional.empty()
        : root.look(Optional.empty(), scan -> bind(procfs, scan, pid));
  }

  private static Optional<ProcessRef> bind(Procfs procfs, Scan scan, int pid) {
    int dir = scan.bind(procfs.proc().root().fd(), pid);
    if (dir < 0) {
      return Optional.empty();
    }
    // Bound first: had the id changed hands since, the directory would be empty for good.
    if (!procfs.proc().isProcess(scan, pid)) {
      Syscalls.close(dir);
      return Optional.empty();
    }
    return Optional.of(new ProcfsProcess(procfs, pid, new BoundDirectory(dir)));
  }

  private <T> T look(T gone, ProcRoot.Look<T> look) {
    return proc.root().lookAt(directory, gone, look);
  }

  @Override
  public int pid() {
    return pid;
  }

  @Override
  public Optional<Owner> owner() {
    return look(Optional.empty(), ProcfsProcess::owner);
  }

  /** An open directory keeps its last owner for good, so ask whether anything is in it. */
  private static Optional<Owner> owner(Scan scan, int dir) {
    if (!scan.existsUnder(dir) || scan.statxOpen(dir, Statx.WANT_UID | Statx.WANT_GID) < 0) {
      return Optional.empty();
    }
    ByteBuffer found = scan.small();
    return Optional.of(
        new Owner(
            Integer.toUnsignedLong(found.getInt(Statx.UID)),
            Integer.toUnsignedLong(found.getInt(Statx.GID))));
  }

  @Override
  public boolean read(long fields, Record process) {
    ProcessPlan plan = new ProcessPlan(fields, proc.capabilities());
    CgroupIds cgroups = plan.cgroup ? proc.newCgroupIds(1) : null;
    return look(
        false, (scan, dir) -> proc.processes().read(scan, dir, pid, plan, cgroups, process));
  }

  @Override
  public boolean collect(Query query, BulkBuilder into, Cancellation cancellation) {
    return look(
        false,
        (scan, dir) -> new Pass(procfs, scan, query, true, into, cancellation).runOne(pid, dir));
  }

  @Override
  public int[] tids() {
    return look(
        new int[0],
        (scan, dir) -> {
          scan.inDirectory(dir);
          int tasks = scan.openDirectory(FileName.TASK);
          if (tasks < 0) {
            return new int[0];
          }
          scan.numbers(tasks, scan.tids);
          Syscalls.close(tasks);
          return scan.tids.toArray();
        });
  }

  @Override
  public int[] fds() {
    return look(
        new int[0],
        (scan, dir) -> {
          scan.inDirectory(dir);
          int fds = scan.openDirectory(FileName.FD);
          if (fds < 0) {
            return new int[0];
          }
          scan.numbers(fds, scan.tids);
          Syscalls.close(fds);
          return scan.tids.toArray();
        });
  }

  @Override
  public boolean hasFd(int fd) {
    return look(
        false,
        (scan, dir) -> {
          scan.inDirectory(dir);
          int fds = scan.openDirectory(FileName.FD);
          boolean open = fds >= 0 && scan.existsIn(fds, fd);
          if (fds >= 0) {
            Syscalls.close(fds);
          }
          return open;
        });
  }

  @Override
  public boolean collectFd(int fd, BulkBuilder into) {
    return look(
        false, (scan, dir) -> new SingleFd(proc, procfs.held(), scan, into).collect(dir, pid, fd));
  }

  @Override
  public Optional<ThreadRef> thread(int tid) {
    return look(
        Optional.empty(),
        (scan, dir) -> {
          int task = tid > 0 ? scan.bindTask(dir, tid) : -1;
          return task < 0
              ? Optional.empty()
              : Optional.of(new ProcfsThread(proc, pid, tid, new BoundDirectory(task)));
        });
  }

  /**
   * {@inheritDoc}
   *
   * <p>It lies in the process's own memory: the read waits for as long as the process holds its
   * mmap lock.
   */
  @Override
  public Optional<byte[]> commandLine() {
    return look(
        Optional.empty(),
        (scan, dir) -> {
          scan.inDirectory(dir);
          int length = scan.loadUpTo(FileName.CMDLINE, BulkBuilder.MOST_TEXT);
          return length < 0
              ? Optional.empty()
              : Optional.of(Arrays.copyOf(scan.cursor.bytes(), length));
        });
  }

  /** One char a byte: paths need not be UTF-8. */
  @Override
  public Optional<String> executable() {
    return look(
        Optional.empty(),
        (scan, dir) -> {
          scan.inDirectory(dir);
          int length = scan.readLink(FileName.EXE);
          return length <= 0
              ? Optional.empty()
              : Optional.of(
                  new String(scan.cursor.bytes(), 0, length, StandardCharsets.ISO_8859_1));
        });
  }

  /**
   * {@inheritDoc}
   *
   * <p>That is: cgroup v2's, unless the process is in v2's root while v1 hierarchies are there;
   * then that of the hierarchy {@code name=systemd}, unless that is the root, too; else the
   * longest. One char a byte.
   */
  @Override
  public Optional<String> cgroup() {
    return look(
        Optional.empty(),
        (scan, dir) -> {
          scan.inDirectory(dir);
          return scan.loadWhole(FileName.CGROUP) < 0
              ? Optional.empty()
              : Optional.ofNullable(CgroupFile.path(scan.cursor));
        });
  }

  @Override
  public boolean isAlive() {
    return look(false, (scan, dir) -> scan.existsUnder(dir));
  }

  @Override
  public WatchedProcess copy() {
    int own =
        look(
            -1,
            (scan, dir) ->
                Syscalls.openat(
                    dir, FileName.HERE.address(), Syscalls.O_PATH | Syscalls.O_DIRECTORY));
    ProcfsProcess copy = new ProcfsProcess(procfs, pid, new BoundDirectory(own));
    if (own < 0) {
      copy.close();
    }
    return copy;
  }

  @Override
  public int exitStatus() {
    return look(
        -1,
        (scan, dir) -> {
          scan.inDirectory(dir);
          // Whoever may not know reads a status of 0, and may not read io either.
          boolean allowed = proc.mayTrace() || scan.load(FileName.IO) >= 0;
          return allowed && scan.load(FileName.STAT) >= 0 ? StatFile.exitStatus(scan.cursor) : -1;
        });
  }

  @Override
  public void close() {
    directory.close();
  }
}
