package kifs.kernel.procfs;

import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.Query;
import kifs.kernel.fd.FdRecords;
import kifs.kernel.linux.LibC;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ShmUserRecord;
import kifs.kernel.source.Cancellation;

/**
 * The part of a pass that is about what processes hold: open fds and shared memory. Not
 * thread-safe.
 */
final class Holdings {
  private final ProcfsSource source;
  private final Scan scan;
  private final Query query;
  private final BulkBuilder into;
  private final FdRecords fds;
  private final FdReader fdReader;
  private final ShmReader shm;

  /** Whether all shared memory is asked for, be it mapped or not. */
  private final boolean allShm;

  /**
   * @param ofOne whether it is about one process
   */
  Holdings(ProcfsSource source, Scan scan, Query query, boolean ofOne, BulkBuilder into) {
    this.source = source;
    this.scan = scan;
    this.query = query;
    this.into = into;
    boolean wantsFds = query.wants(FdRecord.TYPE);
    long fields = query.fields(FdRecord.TYPE, source.fields(FdRecord.TYPE, query.detail()));
    fds = wantsFds ? new FdRecords(into, fields) : null;
    fdReader = wantsFds ? new FdReader(source.root(), fds, fields) : null;
    boolean wantsShm = query.wants(ShmRecord.TYPE) || query.wants(ShmUserRecord.TYPE);
    shm = wantsShm ? new ShmReader(source, scan) : null;
    allShm = wantsShm && !ofOne && !query.isFiltered();
  }

  /** Whether processes must be looked at for it. */
  boolean needsProcesses() {
    return fds != null || shm != null && !allShm;
  }

  /**
   * One process that the query admits.
   *
   * @param dir its directory
   */
  void process(int pid, int dir) {
    if (fds != null && (isRefusal(fdReader.readAll(scan, dir, pid)) || fdReader.isRefused())) {
      source.warnOfFds();
    }
    if (shm != null && !allShm && isRefusal(shm.mappings(pid, dir))) {
      source.warnOfMaps();
    }
  }

  static boolean isRefusal(int result) {
    return result == -LibC.EACCES || result == -LibC.EPERM;
  }

  /** Finds out what only shows behind all processes. */
  void end(Cancellation cancellation) {
    if (fds != null) {
      fds.resolve(new ProcSockets(source, scan));
    }
    if (shm == null) {
      return;
    }
    if (allShm) {
      shm.lookAtAll(cancellation);
      source.shm().saw(shm.objects());
    } else {
      shm.measure();
    }
    source.shm().write(shm.objects(), query, allShm, into);
  }
}
