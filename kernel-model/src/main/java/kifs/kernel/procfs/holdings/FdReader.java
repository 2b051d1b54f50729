package kifs.kernel.procfs.holdings;

import kifs.kernel.fd.FdRecords;
import kifs.kernel.linux.Statx;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.procfs.scan.IdList;
import kifs.kernel.procfs.scan.NumberedFiles;
import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.record.FdRecord;

/**
 * Reads the open fds of one process after another: a link, its fdinfo, and a stat of the file
 * unless the link says it all. Nothing here waits for a file's server. Not thread-safe; one pass
 * has it.
 */
final class FdReader {
  private static final long OPENED =
      FdRecord.FLAGS.bit() | FdRecord.POSITION.bit() | FdRecord.MOUNT_ID.bit();
  private static final long FILE =
      FdRecord.TYPE_OF_FILE.bit() | FdRecord.INODE.bit() | FdRecord.DEVICE.bit();

  /** How often an fd is looked at again that was closed and opened meanwhile. */
  private static final int TRIES = 3;

  private final NumberedFiles files = new NumberedFiles();
  private final FdinfoFile info = new FdinfoFile();
  private final Mounts mounts;
  private final FdRecords records;
  private final boolean wantsInfo;
  private final boolean wantsFile;

  private final IdList fds = new IdList();

  private boolean refused;

  /** Of all sockets, and of all pipes without a path; -1: none was met yet. */
  private long socketDevice = -1;

  private long pipeDevice = -1;

  FdReader(int root, FdRecords records, long fields) {
    this.records = records;
    this.mounts = new Mounts(root);
    // Whether it is safe to stat stands in fdinfo, too.
    wantsFile = (fields & FILE) != 0;
    wantsInfo = wantsFile || (fields & OPENED) != 0;
  }

  /**
   * Appends an FD for each fd of that process.
   *
   * @param dir its directory
   * @return 0, or a negative errno if its fds can't be listed
   */
  int readAll(Scan scan, int dir, int pid) {
    scan.inDirectory(dir);
    int links = scan.openDirectory(FileName.FD);
    if (links < 0) {
      return links;
    }
    int infos = wantsInfo ? scan.openDirectory(FileName.FDINFO) : -1;
    int listed = scan.numbers(links, fds);
    for (int i = 0; i < fds.size(); i++) {
      read(scan, links, infos, pid, fds.get(i));
    }
    Syscalls.close(links);
    if (infos >= 0) {
      Syscalls.close(infos);
    }
    return Math.min(listed, 0);
  }

  /**
   * Appends the FD of that one.
   *
   * @return whether it is open
   */
  boolean readOne(Scan scan, int dir, int pid, int fd) {
    scan.inDirectory(dir);
    int links = scan.openDirectory(FileName.FD);
    if (links < 0) {
      return false;
    }
    int infos = wantsInfo ? scan.openDirectory(FileName.FDINFO) : -1;
    boolean open = read(scan, links, infos, pid, fd);
    Syscalls.close(links);
    if (infos >= 0) {
      Syscalls.close(infos);
    }
    return open;
  }

  private boolean read(Scan scan, int links, int infos, int pid, int fd) {
    for (int i = 1; ; i++) {
      records.begin(pid, fd);
      boolean told = infos >= 0 && load(infos, fd);
      long inode = told ? info.inode : -1;
      long mount = told ? info.mount : -1;
      if (told) {
        records.opened(info.flags, info.position, info.mount);
      }
      int length = files.readLink(links, fd);
      if (Syscalls.isRefusal(length)) {
        // Of some processes the kernel tells which fds there are, and nothing of them.
        refused = true;
        return true;
      }
      if (length < 0) {
        records.drop();
        return false;
      }
      boolean more = records.path(files.link(), 0, length);
      if (wantsFile) {
        file(scan, links, pid, fd, more, inode, mount);
      }
      // Some filesystems number anew for stat(2): then the kernel's own number is still the same.
      boolean same = inode < 0 || !wantsFile || inode == records.inode();
      if (same || i == TRIES || load(infos, fd) && info.inode == inode) {
        return true;
      }
      records.drop();
    }
  }

  /** Whether the kernel refused to tell where some fd leads. */
  boolean isRefused() {
    return refused;
  }

  private boolean load(int infos, int fd) {
    ByteCursor in = files.load(infos, fd);
    return in != null && info.parse(in);
  }

  /**
   * @param more whether the link doesn't say it all
   * @param inode as fdinfo told it; -1: it didn't
   */
  private void file(Scan scan, int links, int pid, int fd, boolean more, long inode, long mount) {
    long known = more ? mounts.remoteDevice(scan, pid, mount) : device(records.type());
    if (known >= 0) {
      records.device(known);
      if (more && inode >= 0) {
        records.file(0, inode);
      }
    } else if (files.stat(links, fd) >= 0) {
      long device = Statx.device(files.statx());
      int mode = files.statx().getShort(Statx.MODE) & 0xFFFF;
      records.file(mode, files.statx().getLong(Statx.INODE));
      records.device(device);
      if (!more) {
        remember(records.type(), device);
      }
    }
  }

  private long device(int type) {
    return type == FdRecord.SOCKET ? socketDevice : pipeDevice;
  }

  private void remember(int type, long device) {
    if (type == FdRecord.SOCKET) {
      socketDevice = device;
    } else {
      pipeDevice = device;
    }
  }
}
