package kifs.kernel.locks.blocked;

import kifs.kernel.locks.graph.ThreadId;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.WaitKind;
import org.jspecify.annotations.Nullable;

/**
 * What one blocked thread waits for, found from that thread alone. It is enough for the thread's
 * attributes, but not for a graph: the owner of a file lock isn't found. Immutable.
 *
 * @param kind the kind of wait
 * @param object address of the lock, fd of the file, or pid of the child (0: any)
 * @param ownerTid tid of the owner in the source's namespace, or pid of the child; 0: not known
 */
public record SingleWait(WaitKind kind, long object, int ownerTid) {
  private static final int P_PID = 1;

  /** Finds threads by the ids that the waiting thread knows them by. */
  public interface Threads {
    /**
     * Finds a thread by its id in the namespace of the waiting thread.
     *
     * @param anywhere whether the thread may belong to another process
     * @return its id in the source's namespace; 0: it doesn't exist
     */
    int find(int tid, boolean anywhere);

    /**
     * Finds the thread that can have written its id into a word of the waiting thread's memory, as
     * {@link LockFacts#sharer} does.
     *
     * @return its id in the source's namespace; 0: none fits, or several do
     */
    int sharer(int tid, long word);

    /**
     * The child for which a thread waits in vfork(2), as {@link LockFacts#vforkChild} finds it; 0:
     * not known.
     */
    int vforkChild(ThreadId parent);
  }

  /** Null if the call doesn't wait for another thread. */
  public static @Nullable SingleWait of(BlockedCall call, Threads threads) {
    return switch (call.call()) {
      case FUTEX -> futex(call, threads);
      case FCNTL, FLOCK ->
          FileLockOwners.kind(call) == null
              ? null
              : new SingleWait(WaitKind.FILE_LOCK, (int) call.argument(0), 0);
      case WAIT -> child((int) call.argument(0), threads);
      case WAITID -> child(call.argument(0) == P_PID ? (int) call.argument(1) : 0, threads);
      case VFORK, CLONE, CLONE3 -> call.isVfork() ? vforkChild(call, threads) : null;
      case OTHER -> null;
    };
  }

  /**
   * Writes the wait fields of a THREAD record.
   *
   * @param wait null: the thread waits for no other
   * @param fields mask of the wanted fields
   */
  public static void put(@Nullable SingleWait wait, long fields, Record thread) {
    WaitKind kind = wait == null ? WaitKind.NONE : wait.kind();
    if ((fields & ThreadRecord.WAIT_KIND.bit()) != 0) {
      thread.set(ThreadRecord.WAIT_KIND, kind.code());
    }
    if (wait != null && (fields & ThreadRecord.WAIT_OBJECT.bit()) != 0) {
      thread.set(ThreadRecord.WAIT_OBJECT, wait.object());
    }
    if (wait != null && wait.ownerTid() > 0 && (fields & ThreadRecord.WAIT_OWNER.bit()) != 0) {
      thread.set(ThreadRecord.WAIT_OWNER, wait.ownerTid());
    }
  }

  private static SingleWait child(int pid, Threads threads) {
    return pid > 0
        ? new SingleWait(WaitKind.CHILD, pid, threads.find(pid, true))
        : new SingleWait(WaitKind.CHILD, 0, 0);
  }

  private static SingleWait vforkChild(BlockedCall call, Threads threads) {
    int child = threads.vforkChild(call.thread());
    return new SingleWait(WaitKind.CHILD, child, child);
  }

  private static int owner(FutexWait futex, long word, Threads threads) {
    return futex.hasForeignOwner()
        ? threads.sharer(futex.ownerTid(), word)
        : threads.find(futex.ownerTid(), false);
  }

  private static @Nullable SingleWait futex(BlockedCall call, Threads threads) {
    FutexWait futex = FutexClassifier.classify(call);
    if (futex == null) {
      return null;
    }
    long word = call.argument(0);
    int owner = futex.ownerTid() > 0 ? owner(futex, word, threads) : 0;
    FutexWait sure = futex.certain(owner != 0, word);
    return new SingleWait(sure.kind(), sure.object(), owner);
  }
}
