package kifs.kernel.locks.blocked;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import kifs.kernel.locks.graph.ThreadId;
import kifs.kernel.locks.graph.Wait;
import kifs.kernel.record.WaitKind;
import org.jspecify.annotations.Nullable;

/**
 * Finds the owners of the file lock that a thread waits for. For a lock the kernel names the
 * process that requested it, not the thread. A POSIX lock belongs to that process. A flock(2) or
 * OFD lock belongs to an open file description; several processes may share it, and each of them
 * can release the lock. So the owner of a file lock is any thread of these processes. Used by one
 * thread at a time.
 */
final class FileLockOwners {
  private static final int F_SETLKW = 7;
  private static final int F_SETLKW64 = 14;
  private static final int F_OFD_SETLKW = 38;

  private static final int[] NO_PIDS = {};

  private final LockFacts facts;
  private @Nullable List<FileLock> locks;

  FileLockOwners(LockFacts facts) {
    this.facts = facts;
  }

  void refresh() {
    locks = null;
  }

  /**
   * The wait of a blocked call; null if the call doesn't wait for a lock.
   *
   * @param thorough see {@link LockFacts#holders}
   */
  @Nullable Wait wait(BlockedCall call, boolean thorough) {
    FileLock.Kind kind = kind(call);
    if (kind == null) {
      return null;
    }
    int fd = (int) call.argument(0);
    Optional<Wait.LockedFile> file = facts.file(call.pid(), fd);
    List<FileLock> wanted = wanted(call.pid(), kind, file.map(Wait.LockedFile::inode).orElse(-1L));
    Wait.LockedFile place =
        file.map(f -> withOffset(f, wanted.isEmpty() ? 0 : wanted.get(0).start())).orElse(null);
    Wait.Awaited what = new Wait.Awaited(WaitKind.FILE_LOCK, fd, call.number(), false, true, place);
    return call.waitFor(what, owners(wanted, thorough));
  }

  static FileLock.@Nullable Kind kind(BlockedCall call) {
    if (call.call() == Abi.Call.FLOCK) {
      return FileLock.Kind.FLOCK;
    }
    int command = (int) call.argument(1);
    boolean lock64 = call.abi() == Abi.I386 && command == F_SETLKW64;
    if (command == F_SETLKW || lock64) {
      return FileLock.Kind.POSIX;
    }
    return command == F_OFD_SETLKW ? FileLock.Kind.OFD : null;
  }

  /** The waiting requests that may be those of a thread of that process. */
  private List<FileLock> wanted(int pid, FileLock.Kind kind, long inode) {
    List<FileLock> found = new ArrayList<>();
    for (FileLock lock : all()) {
      boolean mayBeRequester = kind == FileLock.Kind.OFD || lock.pid() == pid;
      if (lock.waits() && lock.kind() == kind && mayBeRequester && lock.inode() == inode) {
        found.add(lock);
      }
    }
    return found;
  }

  private List<FileLock> blockers(FileLock wanted) {
    return all().stream().filter(held -> held.blocks(wanted)).toList();
  }

  /** The processes that hold the locks which conflict with the wanted one. */
  private Wait.Owners owners(List<FileLock> wanted, boolean thorough) {
    List<List<FileLock>> blockers = wanted.stream().map(this::blockers).distinct().toList();
    if (blockers.size() != 1) {
      // Two threads of the process want different parts of the file; /proc/locks doesn't name the
      // thread.
      return Wait.Owners.UNKNOWN;
    }
    List<FileLock> held = blockers.get(0);
    TreeSet<ThreadId> processes = new TreeSet<>();
    boolean any = false;
    for (FileLock lock : held) {
      int[] pids = holders(lock, thorough).orElse(NO_PIDS);
      // Owners can't express several locks of which one can be released by several processes.
      if (pids.length == 0 || pids.length > 1 && held.size() > 1) {
        return Wait.Owners.UNKNOWN;
      }
      any |= pids.length > 1;
      Arrays.stream(pids).mapToObj(ThreadId::anyOf).forEach(processes::add);
    }
    return new Wait.Owners(List.copyOf(processes), any, List.of());
  }

  private Optional<int[]> holders(FileLock lock, boolean thorough) {
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

  private static Wait.LockedFile withOffset(Wait.LockedFile file, long offset) {
    return new Wait.LockedFile(file.device(), file.inode(), offset, file.name());
  }
}
