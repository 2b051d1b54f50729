package kifs.kernel.locks.blocked;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import kifs.kernel.locks.graph.ThreadId;
import kifs.kernel.locks.graph.Wait;
import kifs.kernel.record.WaitKind;

/**
 * Who holds a lock on a file that a thread waits for. The kernel tells of a lock the process that
 * asked for it, not the thread; a POSIX lock belongs to that process, while flock(2)'s and OFD
 * locks belong to an open file description, which several processes may have and any of them can
 * release. So the owner of a file lock is any thread of these processes. Used by one thread at a
 * time.
 */
final class FileLockOwners {
  private static final int F_SETLKW = 7;
  private static final int F_SETLKW64 = 14;
  private static final int F_OFD_SETLKW = 38;

  private static final int[] NOBODY = {};

  private final LockFacts facts;
  private List<FileLock> locks;

  FileLockOwners(LockFacts facts) {
    this.facts = facts;
  }

  void refresh() {
    locks = null;
  }

  /**
   * Null if that call doesn't wait for a lock.
   *
   * @param thorough see {@link LockFacts#holders}
   */
  Wait wait(BlockedCall call, boolean thorough) {
    FileLock.Kind kind = kind(call);
    if (kind == null) {
      return null;
    }
    int fd = (int) call.argument(0);
    Optional<Wait.LockedFile> file = facts.file(call.pid(), fd);
    List<FileLock> wanted = wanted(call.pid(), kind, file.map(Wait.LockedFile::inode).orElse(-1L));
    Wait.LockedFile place =
        file.map(f -> at(f, wanted.isEmpty() ? 0 : wanted.get(0).start())).orElse(null);
    Wait.Awaited what = new Wait.Awaited(WaitKind.FILE_LOCK, fd, call.number(), false, true, place);
    return call.waitFor(what, owners(wanted, thorough));
  }

  static FileLock.Kind kind(BlockedCall call) {
    if (call.call() == Abi.Call.FLOCK) {
      return FileLock.Kind.FLOCK;
    }
    int command = (int) call.argument(1);
    boolean wide = call.abi() == Abi.I386 && command == F_SETLKW64;
    if (command == F_SETLKW || wide) {
      return FileLock.Kind.POSIX;
    }
    return command == F_OFD_SETLKW ? FileLock.Kind.OFD : null;
  }

  /** The locks that a thread of that process may be waiting for. */
  private List<FileLock> wanted(int pid, FileLock.Kind kind, long inode) {
    List<FileLock> found = new ArrayList<>();
    for (FileLock lock : all()) {
      boolean asker = kind == FileLock.Kind.OFD || lock.pid() == pid;
      if (lock.waits() && lock.kind() == kind && asker && lock.inode() == inode) {
        found.add(lock);
      }
    }
    return found;
  }

  private List<FileLock> blockers(FileLock wanted) {
    return all().stream().filter(held -> held.blocks(wanted)).toList();
  }

  /** Finds the processes that hold the locks which keep the wanted one from being had. */
  private Wait.Owners owners(List<FileLock> wanted, boolean thorough) {
    List<List<FileLock>> blockers = wanted.stream().map(this::blockers).distinct().toList();
    if (blockers.size() != 1) {
      // Two threads of a process that want different parts of a file can't be told apart.
      return Wait.Owners.UNKNOWN;
    }
    List<FileLock> held = blockers.get(0);
    TreeSet<ThreadId> processes = new TreeSet<>();
    boolean any = false;
    for (FileLock lock : held) {
      int[] pids = have(lock, thorough).orElse(NOBODY);
      // Of several locks, one of which several processes can release, nothing simple can be said.
      if (pids.length == 0 || pids.length > 1 && held.size() > 1) {
        return Wait.Owners.UNKNOWN;
      }
      any |= pids.length > 1;
      Arrays.stream(pids).mapToObj(ThreadId::anyOf).forEach(processes::add);
    }
    return new Wait.Owners(List.copyOf(processes), any, List.of());
  }

  private Optional<int[]> have(FileLock lock, boolean thorough) {
    if (lock.kind() == FileLock.Kind.POSIX) {
      return Optional.of(new int[] {lock.pid()});
    }
    return facts.holders(lock, thorough);
  }

  private List<FileLock> all() {
    if (locks == null) {
      locks = facts.fileLocks().orElse(List.of());
    }
    return locks;
  }

  private static Wait.LockedFile at(Wait.LockedFile file, long offset) {
    return new Wait.LockedFile(file.device(), file.inode(), offset, file.name());
  }
}
