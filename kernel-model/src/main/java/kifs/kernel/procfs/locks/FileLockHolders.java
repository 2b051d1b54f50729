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
import kifs.kernel.procfs.guard.GuardedReads;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.procfs.scan.IdList;
import kifs.kernel.procfs.scan.LivingThread;
import kifs.kernel.procfs.scan.Scan;

/**
 * Finds the processes that have the open file description to which a lock belongs. The files in
 * {@code fdinfo} show the locks of each description. One walk over all processes covers all locked
 * files; its result is remembered until {@link #refresh}. Not thread-safe.
 */
final class FileLockHolders {
  private static final String LOCK = "lock:";

  private static final long[] REFUSED = {};
  private static final long[] UNREADABLE = {};

  private final GuardedReads guard;
  private final int root;

  /**
   * Maps the inode number of a locked file to the processes that have a file of that number open.
   * Empty until a walk was made.
   */
  private Map<Long, IdList> openers = Map.of();

  /** Whether the fds of a process could not be listed. It may hold any lock then. */
  private boolean denied;

  FileLockHolders(GuardedReads guard, int root) {
    this.guard = guard;
    this.root = root;
  }

  /** Forgets the result of the last walk. */
  void refresh() {
    openers = Map.of();
  }

  /** Whether a process has the open file description of a lock. */
  boolean has(int pid, FileLock lock) {
    return guard.read(pid, GuardedReads.BY_ID, false, (scan, dir) -> has(scan, pid, lock));
  }

  private boolean has(Scan scan, int pid, FileLock lock) {
    IdList numbers = new IdList();
    int fds = openFds(scan, pid, numbers);
    if (fds < 0) {
      return false;
    }
    boolean found = false;
    for (int i = 0; i < numbers.size() && !found; i++) {
      found =
          inode(scan, fds, numbers.get(i)) == lock.inode()
              && shows(scan, pid, numbers.get(i), lock);
    }
    Syscalls.close(fds);
    return found;
  }

  /**
   * Finds all processes that have the open file description of a lock.
   *
   * @param pids provides the ids of all processes
   * @param locks provides all file locks of the host
   * @return empty if some process can't be read, which may have the description, too
   */
  Optional<int[]> of(FileLock lock, Supplier<int[]> pids, Supplier<List<FileLock>> locks) {
    IdList candidates = openers.get(lock.inode());
    if (candidates == null) {
      candidates = walk(pids.get(), locks.get(), lock);
    }
    if (denied) {
      return Optional.empty();
    }
    IdList found = new IdList();
    for (int i = 0; i < candidates.size(); i++) {
      if (has(candidates.get(i), lock)) {
        found.add(candidates.get(i));
      }
    }
    return Optional.of(found.toArray());
  }

  /** Finds the openers of all locked files, and returns those of one. */
  private IdList walk(int[] pids, List<FileLock> locks, FileLock lock) {
    openers = new HashMap<>();
    denied = false;
    locks.forEach(any -> openers.put(any.inode(), new IdList()));
    IdList openersOfLock = new IdList();
    openers.put(lock.inode(), openersOfLock);
    for (int pid : pids) {
      long[] inodes =
          guard.read(pid, GuardedReads.BY_ID, UNREADABLE, (scan, dir) -> inodes(scan, pid));
      denied |= inodes == REFUSED || inodes == UNREADABLE;
      for (long inode : inodes) {
        // On some filesystems st_dev differs from the device of the lock, so only inode numbers
        // are compared. has() then excludes the wrong ones.
        IdList processes = openers.get(inode);
        if (processes != null && !endsWith(processes, pid)) {
          processes.add(pid);
        }
      }
    }
    return openersOfLock;
  }

  /** The inode numbers of the open files of a process. */
  private long[] inodes(Scan scan, int pid) {
    IdList numbers = new IdList();
    int fds = openFds(scan, pid, numbers);
    if (fds < 0) {
      return Syscalls.isRefusal(fds) ? REFUSED : new long[0];
    }
    long[] inodes = new long[numbers.size()];
    for (int i = 0; i < inodes.length; i++) {
      inodes[i] = inode(scan, fds, numbers.get(i));
    }
    Syscalls.close(fds);
    return inodes;
  }

  private static boolean endsWith(IdList ids, int id) {
    return ids.size() > 0 && ids.get(ids.size() - 1) == id;
  }

  private int openFds(Scan scan, int pid, IdList into) {
    int dir = scan.bind(root, pid);
    if (dir < 0) {
      return dir;
    }
    int fds = scan.openFds(dir, into);
    Syscalls.close(dir);
    return fds;
  }

  private static long inode(Scan scan, int fds, int fd) {
    return scan.statxEntry(fds, fd, Statx.WANT_INODE) < 0 ? -1 : scan.small().getLong(Statx.INODE);
  }

  private boolean shows(Scan scan, int pid, int fd, FileLock lock) {
    LivingThread.enterEntry(scan, root, pid);
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
