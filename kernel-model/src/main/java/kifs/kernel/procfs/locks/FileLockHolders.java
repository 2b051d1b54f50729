package kifs.kernel.procfs.locks;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import kifs.kernel.linux.Statx;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.locks.blocked.FileLock;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.procfs.scan.IdList;
import kifs.kernel.procfs.scan.Scan;

/**
 * Which processes have the open file description that a lock belongs to: {@code fdinfo} shows the
 * locks of each. A walk over all processes is made once for all locked files, and remembered until
 * {@link #refresh}. Not thread-safe.
 */
final class FileLockHolders {
  private static final String LOCK = "lock:";

  private final Scan scan;
  private final int root;

  /** By inode, processes that have a file of that number open; null: no walk was made. */
  private Map<Long, IdList> openers;

  /** Whether a process doesn't let itself be looked at: it may have anything. */
  private boolean denied;

  FileLockHolders(Scan scan, int root) {
    this.scan = scan;
    this.root = root;
  }

  void refresh() {
    openers = null;
  }

  /** Whether that process has it. */
  boolean has(int pid, FileLock lock) {
    int fds = openFds(pid);
    if (fds < 0) {
      return false;
    }
    IdList numbers = new IdList();
    scan.numbers(fds, numbers);
    boolean found = false;
    for (int i = 0; i < numbers.size() && !found; i++) {
      found = inode(fds, numbers.get(i)) == lock.inode() && shows(pid, numbers.get(i), lock);
    }
    Syscalls.close(fds);
    return found;
  }

  /**
   * All that have it.
   *
   * @param pids all processes there are
   * @param locks all locks there are
   * @return empty if it can't be told who else may have it
   */
  Optional<int[]> of(FileLock lock, Supplier<int[]> pids, Supplier<List<FileLock>> locks) {
    if (openers == null || !openers.containsKey(lock.inode())) {
      walk(pids.get(), locks.get(), lock);
    }
    if (denied) {
      return Optional.empty();
    }
    IdList found = new IdList();
    IdList candidates = openers.get(lock.inode());
    for (int i = 0; i < candidates.size(); i++) {
      if (has(candidates.get(i), lock)) {
        found.add(candidates.get(i));
      }
    }
    return Optional.of(found.toArray());
  }

  private void walk(int[] pids, List<FileLock> locks, FileLock lock) {
    openers = new HashMap<>();
    denied = false;
    locks.forEach(any -> openers.put(any.inode(), new IdList()));
    openers.put(lock.inode(), new IdList());
    IdList numbers = new IdList();
    for (int pid : pids) {
      int fds = openFds(pid);
      denied |= Syscalls.isRefusal(fds);
      if (fds >= 0) {
        scan.numbers(fds, numbers);
        for (int i = 0; i < numbers.size(); i++) {
          // On some filesystems st_dev is another one than the lock's: inodes alone are compared.
          IdList processes = openers.get(inode(fds, numbers.get(i)));
          if (processes != null && !endsWith(processes, pid)) {
            processes.add(pid);
          }
        }
        Syscalls.close(fds);
      }
    }
  }

  private static boolean endsWith(IdList ids, int id) {
    return ids.size() > 0 && ids.get(ids.size() - 1) == id;
  }

  private int openFds(int pid) {
    scan.inEntry(root, pid);
    return scan.openDirectory(FileName.FD);
  }

  private long inode(int fds, int fd) {
    return scan.statxEntry(fds, fd, Statx.WANT_INODE) < 0 ? -1 : scan.small().getLong(Statx.INODE);
  }

  private boolean shows(int pid, int fd, FileLock lock) {
    scan.inEntry(root, pid);
    int infos = scan.openDirectory(FileName.FDINFO);
    int length = infos < 0 ? infos : scan.loadEntry(infos, fd);
    if (infos >= 0) {
      Syscalls.close(infos);
    }
    if (length < 0) {
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
