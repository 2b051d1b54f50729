package kifs.kernel.procfs.process;

import kifs.kernel.record.ProcessRecord;

/**
 * The cheapest files from which some fields of PROCESS can be filled. A pass makes one plan.
 * Immutable and thread-safe.
 */
public final class ProcessPlan {
  public static final long CGROUP_FIELDS = ProcessRecord.CGROUP_ID.bit();

  private static final long RSS = ProcessRecord.RSS.bit();
  private static final long VSIZE = ProcessRecord.VSIZE.bit();

  /**
   * What the main thread gives up when it ends, while other threads may still have it; except what
   * a guarded read finds by itself through a living thread.
   */
  private static final long HELD =
      StatusFile.ALL_MEMORY | CGROUP_FIELDS | ProcessRecord.STATE.bit() | ProcessRecord.FDS.bit();

  public final long fields;
  public final long statFields;
  public final long statusFields;
  public final long statmFields;
  public final long ioFields;
  final boolean schedstat;
  final boolean oomScore;
  final boolean oomScoreAdj;
  public final boolean cgroup;
  final boolean fds;
  final boolean runtime;
  final boolean fdLimit;
  final boolean shm;
  final boolean viewer;

  /** Whether a field depends on whether the main thread has ended. */
  final boolean held;

  /** Whether FDS counts the fds of threads that have a file table of their own. */
  final boolean ownFiles;

  public ProcessPlan(long wanted, Capabilities kernel) {
    this(wanted, kernel, true);
  }

  private ProcessPlan(long wanted, Capabilities kernel, boolean ofAllTables) {
    ownFiles = ofAllTables && kernel.live();
    fields = wanted & kernel.processFields();
    long status = fields & (StatusFile.PROCESS_FIELDS | ProcessRecord.VIEWER);
    long stat = fields & StatFile.PROCESS_FIELDS & ~VSIZE;
    long memory = fields & StatmFile.PROCESS_FIELDS;
    if (status != 0) {
      // Status costs more than all other files together, but must be read anyway. It has the memory
      // fields, too, so statm need not be read.
      status |= memory;
      memory = 0;
    } else if (stat != 0) {
      stat |= memory & VSIZE;
      memory &= RSS;
    }
    statFields = stat;
    statusFields = status;
    statmFields = memory;
    ioFields = fields & IoFile.PROCESS_FIELDS;
    schedstat = (fields & SchedstatFile.PROCESS_FIELDS) != 0;
    oomScore = (fields & ProcessRecord.OOM_SCORE.bit()) != 0;
    oomScoreAdj = (fields & ProcessRecord.OOM_SCORE_ADJ.bit()) != 0;
    cgroup = (fields & CGROUP_FIELDS) != 0;
    fds = (fields & ProcessRecord.FDS.bit()) != 0;
    runtime = (fields & ProcessRecord.RUNTIME.bit()) != 0;
    fdLimit = (fields & ProcessRecord.FD_LIMIT.bit()) != 0;
    shm = (fields & ProcessRecord.SHM.bit()) != 0;
    viewer = (fields & ProcessRecord.VIEWER) != 0;
    held = (fields & HELD) != 0;
  }

  /** A plan in which FDS counts only the file table that the process's threads share. */
  static ProcessPlan ofCommonFiles(long wanted, Capabilities kernel) {
    return new ProcessPlan(wanted, kernel, false);
  }
}
