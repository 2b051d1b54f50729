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
 * The part of a pass that is about what processes hold: open fds and shared memory. Processes are
 * gathered first and looked at together, as somebody may know a faster way than /proc. Not
 * thread-safe.
 */
public final class Holdings {
  private final Proc proc;
  private final HeldFacts held;
  private final ProcfsShm objects;
  private final Scan scan;
  private final Query query;
  private final BulkBuilder into;
  private final FdRecords fds;
  private final FdReader fdReader;
  private final ShmReader shm;

  /** Whether the pass is over every process, none filtered out. */
  private final boolean ofAllProcesses;

  private final IdList pids = new IdList();

  /**
   * @param held tells what processes hold, faster than /proc
   * @param objects remembers where shared memory was found
   * @param ofOneProcess whether it is about one process
   */
  public Holdings(
      Proc proc,
      HeldFacts held,
      ProcfsShm objects,
      Scan scan,
      Query query,
      boolean ofOneProcess,
      BulkBuilder into) {
    this.proc = proc;
    this.held = held;
    this.objects = objects;
    this.scan = scan;
    this.query = query;
    this.into = into;
    boolean wantsFds = query.wants(FdRecord.TYPE);
    long fields = proc.capabilities().fields(query, FdRecord.TYPE);
    fds = wantsFds ? new FdRecords(into, fields) : null;
    fdReader = wantsFds ? new FdReader(proc.root().fd(), fds, fields) : null;
    boolean wantsShm = query.wants(ShmRecord.TYPE) || query.wants(ShmUserRecord.TYPE);
    shm = wantsShm ? new ShmReader(proc, held, scan) : null;
    ofAllProcesses = !ofOneProcess && !query.isFiltered();
  }

  /** Whether anything of it is wanted. */
  public boolean areWanted() {
    return fds != null || shm != null;
  }

  /** Whether it must be told which processes are admitted. */
  public boolean needsProcesses() {
    return areWanted() && !ofAllProcesses;
  }

  /** One process that the query admits; they come in ascending order. */
  public void process(int pid) {
    if (needsProcesses()) {
      pids.add(pid);
    }
  }

  /** Looks at all of them. */
  public void end(Cancellation cancellation) {
    int[] of = ofAllProcesses ? null : pids.toArray();
    if (fds != null) {
      if (!held.files(of, new Told(), cancellation)) {
        fds.clear();
        proc.forEachProcess(scan, of, cancellation, this::readFds);
      }
      fds.resolve(new ProcSockets(proc, scan));
    }
    if (shm == null) {
      return;
    }
    shm.look(of, cancellation);
    if (ofAllProcesses) {
      objects.saw(shm.objects());
    }
    objects.write(shm.objects(), query, ofAllProcesses, into);
  }

  private void readFds(int pid, int dir) {
    if (Syscalls.isRefusal(fdReader.readAll(scan, dir, pid)) || fdReader.isRefused()) {
      proc.warnings().add(Warnings.FDS_REFUSED);
    }
  }

  /** Takes open files from who knows them. */
  private final class Told implements HeldFacts.Files {
    @Override
    public void texts(ByteBuffer from, int at, int bytes, int count) {
      fds.takeTexts(from, at, bytes, count);
    }

    @Override
    public void fds(ByteBuffer from, int at, int count, long socketDevice) {
      fds.take(from, at, count, socketDevice);
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
