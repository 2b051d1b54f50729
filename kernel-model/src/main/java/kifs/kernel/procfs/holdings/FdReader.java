package kifs.kernel.procfs.holdings;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import kifs.kernel.fd.FdRecords;
import kifs.kernel.linux.Statx;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.procfs.guard.GuardedReads;
import kifs.kernel.procfs.probe.Proc;
import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.procfs.scan.FileTables;
import kifs.kernel.procfs.scan.LivingThread;
import kifs.kernel.procfs.scan.NumberedFiles;
import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.record.FdRecord;

/**
 * Reads the open fds of one process after another: the link, its fdinfo, and a stat of the file
 * unless the link alone identifies it. No read waits for the server of a file. Not thread-safe;
 * each pass has its own reader.
 */
final class FdReader {
  private static final long OPENED =
      FdRecord.FLAGS.bit() | FdRecord.POSITION.bit() | FdRecord.MOUNT_ID.bit();
  private static final long FILE =
      FdRecord.TYPE_OF_FILE.bit() | FdRecord.INODE.bit() | FdRecord.DEVICE.bit();

  /**
   * How often an fd is read if other threads close and reopen it during the read. The last try
   * counts even if it mixes two files, so it must be improbable that all fail: on a busy host one
   * in ten does.
   */
  private static final int MAX_TRIES = 16;

  /**
   * The kernel locks an epoll file for its fdinfo. A thread that adds a file of a server to it
   * holds that lock until the server answers.
   */
  private static final byte[] EPOLL = "anon_inode:[eventpoll]".getBytes(StandardCharsets.US_ASCII);

  private final NumberedFiles files = new NumberedFiles();
  private final FdinfoFile info = new FdinfoFile();
  private final int root;
  private final GuardedReads guard;
  private final Mounts mounts;
  private final FdRecords records;
  private final boolean wantsInfo;
  private final boolean wantsFile;

  private final FileTables fileTables;

  /** The path of the fd that is read; the link is read into another buffer again. */
  private final byte[] path = new byte[NumberedFiles.LINK_BYTES];

  private boolean refused;

  /** The device of all sockets; -1 until the first one is read. */
  private long socketDevice = -1;

  /** The device of all pipes without a path; -1 until the first one is read. */
  private long pipeDevice = -1;

  FdReader(Proc proc, FdRecords records, long fields) {
    this.records = records;
    root = proc.root().fd();
    guard = proc.guard();
    fileTables = new FileTables(proc.capabilities().live());
    mounts = new Mounts(root);
    // A stat also needs fdinfo, whose mount id shows whether the stat is safe.
    wantsFile = (fields & FILE) != 0;
    wantsInfo = wantsFile || (fields & OPENED) != 0;
  }

  /**
   * Appends an FD record for each fd of a process.
   *
   * @param dir the open directory of the process
   * @return 0, or a negative errno if the fds can't be listed
   */
  int readAll(Scan scan, int dir, int pid) {
    return fileTables.forEach(
        scan,
        dir,
        pid,
        (links, fds, tid) -> {
          int infos = openInfos(scan);
          for (int i = 0; i < fds.size(); i++) {
            read(scan, links, infos, pid, tid, fds.get(i));
          }
          closeInfos(infos);
        });
  }

  /**
   * Opens the directory {@code fdinfo} if it is needed; negative: it is not, or can't be opened.
   */
  private int openInfos(Scan scan) {
    return wantsInfo ? scan.openDirectory(FileName.FDINFO) : -1;
  }

  private static void closeInfos(int infos) {
    if (infos >= 0) {
      Syscalls.close(infos);
    }
  }

  /**
   * Appends the FD record of one fd.
   *
   * @param dir the open directory of the process
   * @param tid the thread whose own file table has the fd; 0: the process's table
   * @return whether the fd is open
   */
  boolean readOne(Scan scan, int dir, int pid, int tid, int fd) {
    int links = openFdsWith(scan, dir, tid, fd);
    if (links < 0) {
      return false;
    }
    int infos = openInfos(scan);
    boolean open = read(scan, links, infos, pid, tid, fd);
    closeInfos(infos);
    Syscalls.close(links);
    return open;
  }

  private static int openFdsWith(Scan scan, int dir, int tid, int fd) {
    if (tid == 0) {
      return scan.openFdsWith(dir, fd);
    }
    scan.inTask(dir, tid);
    return scan.openDirectory(FileName.FD);
  }

  private boolean read(Scan scan, int links, int infos, int pid, int tid, int fd) {
    for (int i = 1; ; i++) {
      records.begin(pid, tid, fd);
      boolean hasInfo = infos >= 0 && load(links, infos, pid, tid, fd);
      long inode = hasInfo ? info.inode : -1;
      long mount = hasInfo ? info.mount : -1;
      if (hasInfo) {
        records.opened(info.flags, info.position, info.mount);
      }
      int length = files.readLink(links, fd);
      if (Syscalls.isRefusal(length)) {
        // For some processes the kernel lists the fds but refuses to read them.
        refused = true;
        return true;
      }
      // The kernel shows no path of more than 4,095 bytes. The fd is open nevertheless.
      boolean hasPath = length != -Syscalls.ENAMETOOLONG;
      if (length < 0 && hasPath) {
        records.drop();
        return false;
      }
      boolean more = !hasPath || records.path(files.link(), 0, length);
      if (wantsFile) {
        if (more && hasPath) {
          files.link().get(0, path, 0, length);
        }
        file(scan, links, pid, fd, more, inode, mount);
      }
      // The fd may have been reopened between the reads of fdinfo, of the link and of the file.
      // Some filesystems give stat(2) another inode number, so if the numbers differ, fdinfo is
      // read again: an unchanged number there means the same file.
      boolean moved = wantsFile && more && hasPath && !hasLink(links, fd, length);
      boolean same = inode < 0 || !wantsFile || inode == records.inode();
      if (i == MAX_TRIES
          || !moved && (same || load(links, infos, pid, tid, fd) && info.inode == inode)) {
        return true;
      }
      records.drop();
    }
  }

  /** Whether the link of an fd is still the path that was read last. */
  private boolean hasLink(int links, int fd, int length) {
    return files.readLink(links, fd) == length
        && files.link().slice(0, length).equals(ByteBuffer.wrap(path, 0, length));
  }

  /** Whether the kernel refused to read the link of some fd. */
  boolean isRefused() {
    return refused;
  }

  private boolean load(int links, int infos, int pid, int tid, int fd) {
    int length = files.readLink(links, fd);
    ByteCursor in =
        isEpoll(length) ? loadGuarded(pid, tid, fd).orElse(null) : files.load(infos, fd);
    return in != null && info.parse(in);
  }

  private boolean isEpoll(int length) {
    for (int i = 0; i < EPOLL.length; i++) {
      if (length != EPOLL.length || files.link().get(i) != EPOLL[i]) {
        return false;
      }
    }
    return true;
  }

  private Optional<ByteCursor> loadGuarded(int pid, int tid, int fd) {
    return guard.read(
        pid,
        GuardedReads.BY_ID,
        Optional.empty(),
        (scan, dir) -> {
          if (tid == 0) {
            LivingThread.enterEntry(scan, root, pid);
          } else {
            scan.inEntry(root, tid);
          }
          int infos = scan.openDirectory(FileName.FDINFO);
          int length = infos < 0 ? infos : scan.loadEntry(infos, fd);
          if (infos >= 0) {
            Syscalls.close(infos);
          }
          return length <= 0
              ? Optional.empty()
              : Optional.of(
                  new ByteCursor().over(Arrays.copyOf(scan.cursor.bytes(), length), length));
        });
  }

  /**
   * Fills type, inode number and device of a file.
   *
   * @param more whether the link alone doesn't identify the file
   * @param inode the inode number in fdinfo; -1 if it isn't there
   */
  private void file(Scan scan, int links, int pid, int fd, boolean more, long inode, long mount) {
    long knownDevice = more ? mounts.remoteDevice(scan, pid, mount) : device(records.type());
    if (knownDevice >= 0) {
      records.device(knownDevice);
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
