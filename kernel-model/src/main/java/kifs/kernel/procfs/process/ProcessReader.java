package kifs.kernel.procfs.process;

import kifs.kernel.linux.Statx;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.procfs.guard.GuardedReads;
import kifs.kernel.procfs.guard.GuardedText;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.procfs.scan.FileTables;
import kifs.kernel.procfs.scan.LivingThread;
import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.procfs.scan.TmpfsDevices;
import kifs.kernel.procfs.scan.Units;
import kifs.kernel.record.Field;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.shm.ShmDevices;

/**
 * Reads one process into a PROCESS or a LIMITS record. Files are opened through a directory that is
 * bound to the process. The CPU clock and rlimits can only be read by id, so they are read first: a
 * file of the bound process that can be read afterwards proves that the id was still its own.
 * Thread-safe.
 */
public final class ProcessReader {
  private final Capabilities kernel;
  private final Units units;
  private final ShmDevices shmDevices;
  private final GuardedReads guard;
  private final long userNamespace;

  /**
   * @param userNamespace the inode number of the daemon's user namespace; negative: not known
   */
  public ProcessReader(
      Capabilities kernel,
      Units units,
      ShmDevices shmDevices,
      GuardedReads guard,
      long userNamespace) {
    this.kernel = kernel;
    this.units = units;
    this.shmDevices = shmDevices;
    this.guard = guard;
    this.userNamespace = userNamespace;
  }

  /**
   * Fills the fields of the plan. If the process vanishes after {@code stat} was read, the record
   * keeps what was read and is flagged INCOMPLETE. So it is if the process is unreadable; the
   * fields that need a guarded read are absent then.
   *
   * @param dir the open directory of the process
   * @param cgroups finds the id of the cgroup, if the plan needs it
   * @return false if the process has vanished and the record is of no use
   */
  public boolean read(
      Scan scan, int dir, int pid, ProcessPlan plan, CgroupIds cgroups, Record into) {
    scan.inDirectory(dir);
    into.set(ProcessRecord.PID, pid);
    if (plan.runtime) {
      long time = scan.processTime(pid);
      if (time >= 0) {
        into.set(ProcessRecord.RUNTIME, time);
      }
    }
    boolean limitFile = plan.fdLimit && !softLimit(scan, pid, into);
    boolean proven = false;
    boolean ending = false;
    if (plan.statFields != 0) {
      int length = scan.load(FileName.STAT);
      if (hasGone(scan, length)) {
        return false;
      }
      if (length >= 0) {
        StatFile.parse(scan.cursor, plan.statFields, units, into);
        ending = plan.held && StatFile.isEnding(scan.cursor);
        proven = true;
      }
    }
    if (readMore(scan, dir, pid, plan, cgroups, limitFile, into)
        && (proven || scan.exists(FileName.STAT))) {
      int living = ending || plan.held && !proven ? LivingThread.find(scan, dir) : -1;
      if (living >= 0) {
        scan.inTask(dir, living);
        readHeld(scan, dir, living, plan, cgroups, into);
      }
      return true;
    }
    if (proven) {
      into.addFlag(Record.INCOMPLETE);
    }
    return proven;
  }

  /**
   * Reads again what the main thread, which has ended, can't show any more. Names are relative to a
   * living thread.
   */
  private void readHeld(
      Scan scan, int dir, int living, ProcessPlan plan, CgroupIds cgroups, Record into) {
    long stat = plan.statFields & (ProcessRecord.STATE.bit() | ProcessRecord.VSIZE.bit());
    if (stat != 0 && scan.load(FileName.STAT) >= 0) {
      StatFile.parse(scan.cursor, stat, units, into);
    }
    long status = plan.statusFields & StatusFile.ALL_MEMORY;
    if (status != 0 && scan.load(FileName.STATUS) >= 0) {
      StatusFile.parse(scan.cursor, status, into);
    }
    if (plan.statmFields != 0 && scan.load(FileName.STATM) >= 0) {
      StatmFile.parse(scan.cursor, plan.statmFields, units, into);
    }
    if (plan.fds) {
      fds(scan, dir, living, plan, into);
      scan.inTask(dir, living);
    }
    if (plan.cgroup && scan.loadWhole(FileName.CGROUP) >= 0) {
      cgroups.put(scan, into);
    }
  }

  /** Reads the files other than stat. Returns whether the process existed to the end. */
  private boolean readMore(
      Scan scan,
      int dir,
      int pid,
      ProcessPlan plan,
      CgroupIds cgroups,
      boolean limitFile,
      Record into) {
    int result = 0;
    if (plan.statusFields != 0 && (result = scan.load(FileName.STATUS)) >= 0) {
      StatusFile.parse(scan.cursor, plan.statusFields, into);
      if (plan.viewer) {
        ViewerReader.parse(scan.cursor, plan.fields, into);
      }
    }
    if (!hasGone(scan, result)
        && plan.statmFields != 0
        && (result = scan.load(FileName.STATM)) >= 0) {
      StatmFile.parse(scan.cursor, plan.statmFields, units, into);
    }
    if (!hasGone(scan, result) && plan.ioFields != 0) {
      result = io(dir, pid, plan, into);
    }
    if (!hasGone(scan, result) && plan.schedstat && (result = scan.load(FileName.SCHEDSTAT)) >= 0) {
      SchedstatFile.parse(scan.cursor, plan.fields, into);
    }
    if (!hasGone(scan, result) && limitFile && (result = scan.load(FileName.LIMITS)) >= 0) {
      LimitsFile.parseSoft(scan.cursor, Syscalls.RLIMIT_NOFILE, ProcessRecord.FD_LIMIT, into);
    }
    if (!hasGone(scan, result)) {
      result =
          number(scan, plan.oomScoreAdj, FileName.OOM_SCORE_ADJ, ProcessRecord.OOM_SCORE_ADJ, into);
    }
    if (!hasGone(scan, result)) {
      result = number(scan, plan.oomScore, FileName.OOM_SCORE, ProcessRecord.OOM_SCORE, into);
    }
    if (!hasGone(scan, result) && plan.fds) {
      result = fds(scan, dir, pid, plan, into);
      scan.inDirectory(dir);
    }
    if (!hasGone(scan, result) && plan.cgroup && (result = scan.loadWhole(FileName.CGROUP)) >= 0) {
      cgroups.put(scan, into);
    }
    if (!hasGone(scan, result) && plan.shm) {
      result = shm(scan, dir, pid, into);
    }
    if (plan.viewer) {
      ViewerReader.confirm(scan, userNamespace, plan.fields, into);
    }
    return !hasGone(scan, result);
  }

  private int io(int dir, int pid, ProcessPlan plan, Record into) {
    GuardedText io = guard.text(pid, dir, FileName.IO, GuardedReads.WHOLE);
    if (io.isUnreadable()) {
      into.addFlag(Record.INCOMPLETE);
      return 0;
    }
    if (io.length() >= 0) {
      IoFile.parse(io.cursor(), plan.ioFields, into);
    }
    return io.length();
  }

  private int shm(Scan scan, int dir, int pid, Record into) {
    GuardedText text = guard.text(pid, dir, FileName.MAPS, GuardedReads.WHOLE);
    if (text.isUnreadable()) {
      into.addFlag(Record.INCOMPLETE);
      return 0;
    }
    if (text.length() >= 0) {
      scan.maps.over(text.cursor());
      TmpfsDevices tmpfs = new TmpfsDevices();
      into.set(
          ProcessRecord.SHM,
          scan.maps.sharedMemory(shmDevices, device -> tmpfs.has(scan, dir, device)));
      scan.inDirectory(dir);
    }
    return text.length();
  }

  /**
   * Fills a LIMITS record.
   *
   * @param dir the open directory of the process
   * @return false if the process has vanished
   */
  public boolean readLimits(Scan scan, int dir, int pid, long fields, Record into) {
    scan.inDirectory(dir);
    into.set(LimitsRecord.PID, pid);
    boolean allowed = kernel.live();
    for (LimitsRecord.Limit limit : LimitsRecord.LIMITS) {
      long both = limit.soft().bit() | limit.hard().bit();
      if (allowed && (fields & both) != 0) {
        allowed = scan.prlimit(pid, limit.number()) >= 0;
        if (allowed) {
          into.setWanted(fields, limit.soft(), scan.small().getLong(0));
          into.setWanted(fields, limit.hard(), scan.small().getLong(Long.BYTES));
        }
      }
    }
    if (!allowed && scan.load(FileName.LIMITS) >= 0) {
      LimitsFile.parse(scan.cursor, fields, into);
    }
    if (LimitUsage.needsStatus(fields) && scan.load(FileName.STATUS) >= 0) {
      boolean memory = LimitUsage.parse(scan.cursor, fields, into);
      if (!memory && LivingThread.enter(scan, dir) && scan.load(FileName.STATUS) >= 0) {
        LimitUsage.parse(scan.cursor, fields, into);
      }
      scan.inDirectory(dir);
    }
    long used = LimitUsage.processFields(fields);
    if (used == 0) {
      return scan.exists(FileName.STAT);
    }
    Record process = Record.allocate(ProcessRecord.TYPE);
    boolean there =
        read(scan, dir, pid, ProcessPlan.ofCommonFiles(used, kernel), CgroupIds.NONE, process);
    LimitUsage.copy(process, fields, into);
    return there;
  }

  /** Fills FD_LIMIT by prlimit(2). Returns false if that isn't allowed. */
  private boolean softLimit(Scan scan, int pid, Record into) {
    boolean allowed = kernel.live() && scan.prlimit(pid, Syscalls.RLIMIT_NOFILE) >= 0;
    if (allowed) {
      into.set(ProcessRecord.FD_LIMIT, scan.small().getLong(0));
    }
    return allowed;
  }

  private static int number(Scan scan, boolean wanted, FileName name, Field field, Record into) {
    int result = wanted ? scan.load(name) : 0;
    if (wanted && result >= 0) {
      NumberFile.parse(scan.cursor, field, into);
    }
    return result;
  }

  /**
   * Fills FDS. Names become relative to another thread.
   *
   * @param holder a thread that has the file table which the process's threads share
   */
  private int fds(Scan scan, int dir, int holder, ProcessPlan plan, Record into) {
    int common = fds(scan);
    if (common < 0) {
      return common;
    }
    long fds = common;
    for (int tid : new FileTables(plan.ownFiles).find(scan, dir, holder)) {
      scan.inTask(dir, tid);
      fds += Math.max(0, fds(scan));
    }
    into.set(ProcessRecord.FDS, fds);
    return 0;
  }

  /**
   * The size of the directory {@code fd}, or else the length of its list. The size also counts an
   * fd that is reserved for an open which still blocks; the list doesn't.
   */
  private int fds(Scan scan) {
    if (kernel.fdSizes()) {
      int result = scan.statx(FileName.FD, Statx.WANT_SIZE);
      return result < 0 ? result : (int) scan.small().getLong(Statx.SIZE);
    }
    int fd = scan.openDirectory(FileName.FD);
    if (fd < 0) {
      return fd;
    }
    int result = scan.numbers(fd, scan.tids);
    Syscalls.close(fd);
    return result < 0 ? result : scan.tids.size();
  }

  /** Whether the result of an open or read means that the process has vanished. */
  private static boolean hasGone(Scan scan, int result) {
    // A kernel may lack the file. The process has vanished only if it has no stat either.
    return result == -Syscalls.ESRCH || result == -Syscalls.ENOENT && !scan.exists(FileName.STAT);
  }
}
