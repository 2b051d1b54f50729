package kifs.kernel.procfs.holdings;

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
      if (hasInfo) {
        records.opened(info.flags, info.position, info.mount);
      }
      int length = files.readLink(links, fd);
      if (Syscalls.isRefusal(length)) {
        // For some processes the kernel lists the fds but refuses to read them.
        refused = true;
        return true;
      }
      if (isAbsent(length)) {
        records.drop();
        return false;
      }
      if (!wantsFile) {
        addPath(length);
        return true;
      }
      long remote = mounts.remoteDevice(scan, pid, hasInfo ? info.mount : -1);
      boolean still = true;
      if (remote >= 0) {
        remote(length, remote, inode);
      } else {
        still = local(links, fd, length);
      }
      // The fd may have been reopened between the reads of fdinfo and of the file. Some filesystems
      // give stat(2) another inode number, so if the numbers differ, fdinfo is read again: an
      // unchanged number there means the same file. A remote file's number is that of fdinfo.
      boolean same = inode < 0 || remote < 0 && inode == records.inode();
      if (i == MAX_TRIES
          || still && (same || load(links, infos, pid, tid, fd) && info.inode == inode)) {
        return true;
      }
      records.drop();
    }
  }

  /** The kernel shows no path of more than 4,095 bytes, but such an fd is open nevertheless. */
  private static boolean isAbsent(int length) {
    return length < 0 && length != -Syscalls.ENAMETOOLONG;
  }

  /**
   * Adds the path that was read last.
   *
   * @return whether it alone doesn't identify the file
   */
  private boolean addPath(int length) {
    return length < 0 || records.path(files.link(), 0, length);
  }

  /** Fills what is known of a file without its server: the path, the device, the inode number. */
  private void remote(int length, long device, long inode) {
    addPath(length);
    records.device(device);
    if (inode >= 0) {
      records.file(0, inode);
    }
  }

  /**
   * Fills path, type, inode number and device of a file. A link read twice can name two files, so
   * all facts are read from one file that is pinned.
   *
   * @param length the result of the last read of the link
   * @return false if the fd was closed since
   */
  private boolean local(int links, int fd, int length) {
    long device =
        switch (FdRecords.type(files.link(), 0, length)) {
          case FdRecord.SOCKET -> socketDevice;
          case FdRecord.PIPE -> pipeDevice;
          default -> -1;
        };
    if (device >= 0) {
      addPath(length);
      records.device(device);
      return true;
    }
    int pinned = files.pin(links, fd);
    boolean more = addPath(pinned < 0 ? length : files.readPinnedLink(pinned));
    if (pinned >= 0) {
      if (files.statPinned(pinned) >= 0) {
        stat(more);
      }
      Syscalls.close(pinned);
    }
    return pinned >= 0;
  }

  /** Fills in the file of the last stat(2). */
  private void stat(boolean more) {
    long device = Statx.device(files.statx());
    int mode = files.statx().getShort(Statx.MODE) & 0xFFFF;
    records.file(mode, files.statx().getLong(Statx.INODE));
    records.device(device);
    if (!more) {
      remember(records.type(), device);
    }
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
    return length == EPOLL.length && files.linkStartsWith(EPOLL, length);
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

  private void remember(int type, long device) {
    if (type == FdRecord.SOCKET) {
      socketDevice = device;
    } else {
      pipeDevice = device;
    }
  }
}
