package kifs.kernel.procfs.holdings;

import java.nio.ByteBuffer;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.fd.FdRecords;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.procfs.probe.Proc;
import kifs.kernel.procfs.scan.IdList;
import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.procfs.scan.Warnings;
import kifs.kernel.query.Query;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ShmUserRecord;
import kifs.kernel.source.Cancellation;

/**
 * The part of a pass that reads what processes hold: open fds and shared memory. It collects the
 * pids of a pass first and reads all processes at its end, because {@link HeldFacts} may have a
 * faster way for many processes than /proc. Not thread-safe.
 */
public final class Holdings {
  private final Proc proc;
  private final HeldFacts held;
  private final ProcfsShm knownObjects;
  private final Scan scan;
  private final Query query;
  private final BulkBuilder into;
  private final FdRecords fds;
  private final FdReader fdReader;
  private final ShmReader shm;

  /** Whether the pass is over every process, without a filter. */
  private final boolean ofAllProcesses;

  private final IdList pids = new IdList();

  /**
   * @param held finds out what processes hold, faster than /proc
   * @param knownObjects remembers where shared memory was found
   * @param ofOneProcess whether the pass is about one process
   */
  public Holdings(
      Proc proc,
      HeldFacts held,
      ProcfsShm knownObjects,
      Scan scan,
      Query query,
      boolean ofOneProcess,
      BulkBuilder into) {
    this.proc = proc;
    this.held = held;
    this.knownObjects = knownObjects;
    this.scan = scan;
    this.query = query;
    this.into = into;
    boolean wantsFds = query.wants(FdRecord.TYPE);
    long fields = proc.capabilities().fields(query, FdRecord.TYPE);
    fds = wantsFds ? new FdRecords(into, fields) : null;
    fdReader = wantsFds ? new FdReader(proc, fds, fields) : null;
    boolean wantsShm = query.wants(ShmRecord.TYPE) || query.wants(ShmUserRecord.TYPE);
    shm = wantsShm ? new ShmReader(proc, held, scan) : null;
    ofAllProcesses = !ofOneProcess && !query.isFiltered();
  }

  /** Whether the query asks for open fds or shared memory. */
  public boolean areWanted() {
    return fds != null || shm != null;
  }

  /** Whether {@link #process} must be called for each admitted process. */
  public boolean needsProcesses() {
    return areWanted() && !ofAllProcesses;
  }

  /** Adds a process that the query admits. Called in ascending order of pids. */
  public void process(int pid) {
    if (needsProcesses()) {
      pids.add(pid);
    }
  }

  /** Reads the added processes, or all if the pass has no filter, and appends the records. */
  public void end(Cancellation cancellation) {
    int[] selected = ofAllProcesses ? null : pids.toArray();
    if (fds != null) {
      if (!held.files(selected, new Told(), cancellation)) {
        fds.clear();
        proc.forEachProcess(scan, selected, cancellation, this::readFds);
      }
      fds.resolve(new ProcSockets(proc, scan));
    }
    if (shm == null) {
      return;
    }
    shm.find(selected, cancellation);
    if (ofAllProcesses) {
      knownObjects.remember(shm.objects());
    }
    knownObjects.write(shm.objects(), query, ofAllProcesses, into);
  }

  private void readFds(int pid, int dir) {
    if (Syscalls.isRefusal(fdReader.readAll(scan, dir, pid)) || fdReader.isRefused()) {
      proc.warnings().add(Warnings.FDS_REFUSED);
    }
  }

  /** Receives open files from {@link HeldFacts}, and reads from /proc what that can't see. */
  private final class Told implements HeldFacts.Files {
    @Override
    public void appendTexts(ByteBuffer from, int at, int bytes, int count) {
      fds.appendTexts(from, at, bytes, count);
    }

    @Override
    public void fds(ByteBuffer from, int at, int count, long socketDevice) {
      fds.appendRecords(from, at, count, socketDevice);
    }

    @Override
    public void elsewhere(int pid, int fd) {
      proc.root()
          .withProcess(
              scan,
              pid,
              (of, dir) -> {
                fdReader.readOne(scan, dir, of, fd);
                if (fdReader.isRefused()) {
                  proc.warnings().add(Warnings.FDS_REFUSED);
                }
              });
    }

    @Override
    public void elsewhere(int pid) {
      proc.root().withProcess(scan, pid, Holdings.this::readFds);
    }
  }
}
