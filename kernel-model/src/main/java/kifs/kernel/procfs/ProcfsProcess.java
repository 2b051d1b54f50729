package kifs.kernel.procfs;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.limits.EntityLimits;
import kifs.kernel.linux.Descriptors;
import kifs.kernel.linux.Statx;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.linux.events.WatchedProcess;
import kifs.kernel.procfs.guard.GuardedText;
import kifs.kernel.procfs.holdings.SingleFd;
import kifs.kernel.procfs.probe.Proc;
import kifs.kernel.procfs.process.CgroupFile;
import kifs.kernel.procfs.process.CgroupIds;
import kifs.kernel.procfs.process.CommandReader;
import kifs.kernel.procfs.process.ProcessPlan;
import kifs.kernel.procfs.process.StatFile;
import kifs.kernel.procfs.scan.BoundDirectory;
import kifs.kernel.procfs.scan.CommFile;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.procfs.scan.LivingThread;
import kifs.kernel.procfs.scan.ProcRoot;
import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.query.Query;
import kifs.kernel.record.Record;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.NoDescriptorsException;
import kifs.kernel.source.PathTooLongException;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ThreadRef;

/**
 * A process, bound by an open directory of /proc. The kernel keeps the two together: once the
 * process has vanished, the directory stays empty, even if its pid is used again. Where descriptors
 * are scarce, the process is bound by its id and its start time instead. Thread-safe.
 */
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
        : root.withScan(Optional.empty(), scan -> bind(procfs, scan, pid));
  }

  private static Optional<ProcessRef> bind(Procfs procfs, Scan scan, int pid) {
    int dir = scan.bind(procfs.proc().root().fd(), pid);
    if (dir < 0) {
      return Optional.empty();
    }
    // The directory is opened before the check. If the pid has passed to another process since, the
    // directory is empty for good, so this ref can never show the other process.
    if (!procfs.proc().isProcess(scan, pid)) {
      Syscalls.close(dir);
      return Optional.empty();
    }
    if (!Descriptors.isScarce(dir)) {
      return Optional.of(new ProcfsProcess(procfs, pid, new BoundDirectory(dir)));
    }
    long start;
    try {
      start = startTicks(scan, dir);
    } finally {
      Syscalls.close(dir);
    }
    BoundDirectory reopened = BoundDirectory.reopened(s -> reopen(procfs, s, pid, start));
    return start < 0 ? Optional.empty() : Optional.of(new ProcfsProcess(procfs, pid, reopened));
  }

  private static long startTicks(Scan scan, int dir) {
    scan.inDirectory(dir);
    int length = scan.load(FileName.STAT);
    return length < 0 ? -1 : StatFile.startTicks(scan.cursor);
  }

  /** Opens the directory of a process that is known by its id and its start time. */
  private static int reopen(Procfs procfs, Scan scan, int pid, long start) {
    int dir = scan.bind(procfs.proc().root().fd(), pid);
    if (dir < 0) {
      return dir;
    }
    boolean isSame = false;
    try {
      isSame = startTicks(scan, dir) == start;
    } finally {
      if (!isSame) {
        Syscalls.close(dir);
      }
    }
    return isSame ? dir : -Syscalls.ESRCH;
  }

  private <T> T withDirectory(T gone, ProcRoot.DirectoryAction<T> action) {
    return proc.root().withDirectory(directory, gone, action);
  }

  @Override
  public int pid() {
    return pid;
  }

  @Override
  public Optional<Owner> owner() {
    return withDirectory(Optional.empty(), ProcfsProcess::owner);
  }

  /**
   * Reads the owner of the directory. An open directory keeps its last owner for good, so the
   * method checks first that the process still exists.
   */
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
    CgroupIds cgroups = plan.cgroup ? proc.newCgroupIds(1) : CgroupIds.NONE;
    return withDirectory(
        false, (scan, dir) -> proc.processes().read(scan, dir, pid, plan, cgroups, process));
  }

  @Override
  public boolean collect(Query query, BulkBuilder into, Cancellation cancellation) {
    return withDirectory(
        false,
        (scan, dir) -> new Pass(procfs, scan, query, true, into, cancellation).runOne(pid, dir));
  }

  @Override
  public int[] tids() {
    return withDirectory(
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
    return withDirectory(
        new int[0],
        (scan, dir) -> {
          int fds = scan.openFds(dir, scan.tids);
          if (fds < 0) {
            return new int[0];
          }
          Syscalls.close(fds);
          return scan.tids.toArray();
        });
  }

  @Override
  public boolean hasFd(int fd) {
    return withDirectory(
        false,
        (scan, dir) -> {
          int fds = scan.openFdsWith(dir, fd);
          boolean open = fds >= 0 && scan.existsIn(fds, fd);
          if (fds >= 0) {
            Syscalls.close(fds);
          }
          return open;
        });
  }

  @Override
  public boolean collectFd(int fd, BulkBuilder into) {
    return withDirectory(
        false, (scan, dir) -> new SingleFd(proc, procfs.held(), scan, into).collect(dir, pid, fd));
  }

  @Override
  public Optional<ThreadRef> thread(int tid) {
    return withDirectory(
        Optional.empty(),
        (scan, dir) -> {
          int task = tid > 0 ? scan.bindTask(dir, tid) : -1;
          return task < 0
              ? Optional.empty()
              : Optional.of(new ProcfsThread(proc, pid, tid, new BoundDirectory(task)));
        });
  }

  @Override
  public Optional<byte[]> fullName() {
    return withDirectory(Optional.empty(), CommFile::read);
  }

  @Override
  public Optional<byte[]> commandLine() {
    return withDirectory(
        Optional.empty(),
        (scan, dir) -> {
          int most = BulkBuilder.MAX_LONG_TEXT_BYTES;
          GuardedText line = proc.guard().text(pid, dir, FileName.CMDLINE, most);
          return line.length() < 0 ? Optional.empty() : Optional.of(line.bytes());
        });
  }

  /**
   * {@inheritDoc}
   *
   * <p>Each char is one byte, because a path need not be UTF-8.
   */
  @Override
  public Optional<String> executable() {
    return withDirectory(
        Optional.empty(),
        (scan, dir) -> {
          int length = CommandReader.readExecutable(scan, dir);
          if (length == -Syscalls.ENAMETOOLONG) {
            throw new PathTooLongException("executable of process " + pid);
          }
          return length <= 0
              ? Optional.empty()
              : Optional.of(
                  new String(scan.cursor.bytes(), 0, length, StandardCharsets.ISO_8859_1));
        });
  }

  /**
   * {@inheritDoc}
   *
   * <p>The path in cgroup v2 comes first, unless it is the root. Then comes the path in the v1
   * hierarchy {@code name=systemd}, unless that is the root, too. Otherwise it is the longest path.
   * Each char is one byte.
   */
  @Override
  public Optional<String> cgroup() {
    return withDirectory(
        Optional.empty(),
        (scan, dir) -> {
          // The main thread leaves its cgroups of version 1 when it ends.
          LivingThread.enter(scan, dir);
          return scan.loadWhole(FileName.CGROUP) < 0
              ? Optional.empty()
              : Optional.ofNullable(CgroupFile.path(scan.cursor));
        });
  }

  @Override
  public OptionalLong unreadableSince() {
    return withDirectory(
        OptionalLong.empty(),
        (scan, dir) ->
            proc.guard().isReadable(pid)
                ? OptionalLong.empty()
                : proc.guard().unreadableSince(pid, dir));
  }

  @Override
  public Optional<EntityLimits> limits() {
    return ProcfsLimitTarget.limits(proc, pid, directory, this::tids);
  }

  @Override
  public boolean isAlive() {
    return withDirectory(false, (scan, dir) -> scan.existsUnder(dir));
  }

  @Override
  public WatchedProcess copy() {
    BoundDirectory.Opening opening = directory.opening();
    if (opening != null) {
      return new ProcfsProcess(procfs, pid, BoundDirectory.reopened(opening));
    }
    int own =
        proc.root()
            .withDirectory(
                directory,
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
    try {
      return readExitStatus();
    } catch (NoDescriptorsException e) {
      // The exit is reported all the same.
      return -1;
    }
  }

  private int readExitStatus() {
    return withDirectory(
        -1,
        (scan, dir) -> {
          scan.inDirectory(dir);
          // A reader without permission gets a status of 0, which would pass for a success. The
          // kernel refuses io to the same readers, so reading io tests the permission.
          boolean allowed = proc.mayTrace() || scan.load(FileName.IO) >= 0;
          return allowed && scan.load(FileName.STAT) >= 0 ? StatFile.exitStatus(scan.cursor) : -1;
        });
  }

  @Override
  public void close() {
    directory.close();
  }
}
