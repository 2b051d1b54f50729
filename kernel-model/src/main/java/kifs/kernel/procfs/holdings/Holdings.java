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
import org.jspecify.annotations.Nullable;

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
  private final @Nullable OpenFiles openFiles;
  private final @Nullable ShmReader shm;

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
    long fields = proc.capabilities().fields(query, FdRecord.TYPE);
    openFiles = query.wants(FdRecord.TYPE) ? new OpenFiles(proc, scan, into, fields) : null;
    boolean wantsShm = query.wants(ShmRecord.TYPE) || query.wants(ShmUserRecord.TYPE);
    shm = wantsShm ? new ShmReader(proc, held, scan) : null;
    ofAllProcesses = !ofOneProcess && !query.isFiltered();
  }

  /** Whether the query asks for open fds or shared memory. */
  public boolean areWanted() {
    return openFiles != null || shm != null;
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
    if (openFiles != null) {
      if (!held.files(selected, openFiles, cancellation)) {
        openFiles.records.clear();
        proc.forEachProcess(scan, selected, cancellation, openFiles::read);
      }
      openFiles.records.resolve(new ProcSockets(proc, scan));
      openFiles.records.order();
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

  /** Receives open files from {@link HeldFacts}, and reads from /proc what that can't see. */
  private static final class OpenFiles implements HeldFacts.Files {
    private final Proc proc;
    private final Scan scan;
    private final FdRecords records;
    private final FdReader reader;

    OpenFiles(Proc proc, Scan scan, BulkBuilder into, long fields) {
      this.proc = proc;
      this.scan = scan;
      records = new FdRecords(into, fields);
      reader = new FdReader(proc, records, fields);
    }

    void read(int pid, int dir) {
      if (Syscalls.isRefusal(reader.readAll(scan, dir, pid)) || reader.isRefused()) {
        proc.warnings().add(Warnings.FDS_REFUSED);
      }
    }

    @Override
    public void appendTexts(ByteBuffer from, int at, int bytes, int count) {
      records.appendTexts(from, at, bytes, count);
    }

    @Override
    public void fds(ByteBuffer from, int at, int count, long socketDevice) {
      records.appendRecords(from, at, count, socketDevice);
    }

    @Override
    public void elsewhere(int pid, int tid, int fd) {
      proc.root()
          .withProcess(
              scan,
              pid,
              (of, dir) -> {
                reader.readOne(scan, dir, of, tid, fd);
                if (reader.isRefused()) {
                  proc.warnings().add(Warnings.FDS_REFUSED);
                }
              });
    }

    @Override
    public void elsewhere(int pid) {
      proc.root().withProcess(scan, pid, this::read);
    }
  }
}
