package kifs.kernel.procfs.holdings;

import java.nio.ByteBuffer;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.fd.FdRecords;
import kifs.kernel.procfs.probe.Proc;
import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.procfs.scan.Warnings;
import kifs.kernel.record.FdRecord;
import kifs.kernel.source.Cancellation;

/**
 * Reads one open file. It reads /proc first, which is the fastest. If the kernel refuses that, it
 * gets all files of the process from {@link HeldFacts} and keeps the one. Not thread-safe.
 */
public final class SingleFd {
  private static final long FIELDS = FdRecord.TYPE.allFields();

  private final Proc proc;
  private final HeldFacts held;
  private final Scan scan;
  private final FdRecords records;

  public SingleFd(Proc proc, HeldFacts held, Scan scan, BulkBuilder into) {
    this.proc = proc;
    this.held = held;
    this.scan = scan;
    records = new FdRecords(into, FIELDS);
  }

  /**
   * Appends the FD record of an fd.
   *
   * @param dir the open directory of the process
   * @return whether the fd is open
   */
  public boolean collect(int dir, int pid, int fd) {
    FdReader reader = new FdReader(proc, records, FIELDS);
    boolean open = reader.readOne(scan, dir, pid, 0, fd);
    if (open && reader.isRefused()) {
      Pick pick = new Pick(fd);
      if (held.files(new int[] {pid}, pick, Cancellation.NEVER) && !pick.elsewhere) {
        open = pick.found && scan.existsUnder(dir);
      } else {
        proc.warnings().add(Warnings.FDS_REFUSED);
      }
    }
    records.resolve(new ProcSockets(proc, scan));
    return open;
  }

  /** Receives all files of a process, and replaces the refused record by that of the wanted fd. */
  private final class Pick implements HeldFacts.Files {
    private final int wanted;
    private boolean found;
    private boolean elsewhere;

    Pick(int wanted) {
      this.wanted = wanted;
    }

    @Override
    public void appendTexts(ByteBuffer from, int at, int bytes, int count) {
      records.appendTexts(from, at, bytes, count);
    }

    @Override
    public void fds(ByteBuffer from, int at, int count, long socketDevice) {
      for (int i = 0; i < count && !found; i++) {
        int record = at + i * FdRecord.TYPE.size();
        if (from.getInt(record + FdRecord.FD.offset()) == wanted
            && from.getInt(record + FdRecord.TID.offset()) == 0) {
          records.clear();
          records.appendRecords(from, record, 1, socketDevice);
          found = true;
        }
      }
    }

    @Override
    public void elsewhere(int pid, int tid, int fd) {
      elsewhere |= tid == 0 && fd == wanted;
    }

    @Override
    public void elsewhere(int pid) {
      elsewhere = true;
    }
  }
}
