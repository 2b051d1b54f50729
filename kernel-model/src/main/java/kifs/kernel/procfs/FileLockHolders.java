package kifs.kernel.procfs;

import java.nio.charset.StandardCharsets;
import kifs.kernel.linux.LibC;
import kifs.kernel.linux.Statx;
import kifs.kernel.locks.FileLock;

/**
 * Which processes have the open file description that a lock belongs to: {@code fdinfo} shows the
 * locks of each. Not thread-safe.
 */
final class FileLockHolders {
  private static final String LOCK = "lock:";

  private final Scan scan;
  private final int root;

  FileLockHolders(Scan scan, int root) {
    this.scan = scan;
    this.root = root;
  }

  /**
   * Those of these processes that have it.
   *
   * @return empty also if one of them doesn't let itself be looked at: it may have it, too
   */
  int[] among(FileLock lock, int[] pids) {
    Ids found = new Ids();
    for (int pid : pids) {
      scan.at(root, pid);
      int fds = scan.openDirectory(Name.FD);
      if (fds == -LibC.EACCES || fds == -LibC.EPERM) {
        return new int[0];
      }
      if (fds >= 0 && has(fds, lock)) {
        found.add(pid);
      }
      if (fds >= 0) {
        LibC.close(fds);
      }
    }
    return found.toArray();
  }

  private boolean has(int fds, FileLock lock) {
    int infos = scan.openDirectory(Name.FDINFO);
    if (infos < 0) {
      return false;
    }
    boolean found = false;
    Ids numbers = new Ids();
    scan.numbers(fds, numbers);
    for (int i = 0; i < numbers.size() && !found; i++) {
      // On some filesystems st_dev is another one than the lock's: inodes alone are compared.
      found =
          scan.statxEntry(fds, numbers.get(i), Statx.WANT_INODE) >= 0
              && scan.small().getLong(Statx.INODE) == lock.inode()
              && shows(infos, numbers.get(i), lock);
    }
    LibC.close(infos);
    return found;
  }

  private boolean shows(int infos, int fd, FileLock lock) {
    if (scan.loadEntry(infos, fd) < 0) {
      return false;
    }
    String text =
        new String(scan.cursor.bytes(), 0, scan.cursor.end(), StandardCharsets.ISO_8859_1);
    return text.lines()
        .filter(line -> line.startsWith(LOCK))
        .flatMap(line -> LocksFile.parse(line.substring(LOCK.length())).stream())
        .anyMatch(lock::equals);
  }
}
