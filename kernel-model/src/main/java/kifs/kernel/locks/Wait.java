package kifs.kernel.locks;

import java.util.List;
import java.util.Objects;
import kifs.kernel.record.WaitKind;

/**
 * One thread that waits, what for, and for whom. Immutable but for {@code comm}, which nobody
 * changes.
 *
 * @param thread who waits
 * @param kind for what
 * @param object address of the lock, fd of the locked file, or pid of the child
 * @param owners who hold it; empty: nobody can be told
 * @param any whether any one of the owners can end the wait, else it takes all of them
 * @param alsoAny who else can end it, beside the owners: threads that could make new children
 * @param timed whether it ends by itself
 * @param shared whether the object is shared between processes
 * @param file the locked file; null unless it is a file lock
 * @param syscall number of the system call
 * @param sinceNs CLOCK_BOOTTIME at which the thread last ran; -1: not known
 * @param switches context switches of the thread so far; -1: not known
 * @param comm the thread's name; null: not known
 * @param user real user id of its process; -1: not known
 */
public record Wait(
    ThreadId thread,
    WaitKind kind,
    long object,
    List<ThreadId> owners,
    boolean any,
    List<ThreadId> alsoAny,
    boolean timed,
    boolean shared,
    LockedFile file,
    int syscall,
    long sinceNs,
    long switches,
    byte[] comm,
    long user) {

  /**
   * A file that is locked, or memory that is mapped.
   *
   * @param device as st_dev
   * @param inode 0: anonymous memory
   * @param offset where in the file the lock or the object begins
   * @param name path, or the kernel's name of the memory, one char a byte; empty: anonymous
   */
  public record LockedFile(long device, long inode, long offset, String name) {}

  /** Whether nothing but its owners, as far as they are known, can end it. */
  boolean dependsOnOwners() {
    return !timed && !owners.isEmpty();
  }

  /** Whether the thread has not run between the two: it is the same block, for the same owners. */
  boolean isSameBlock(Wait later) {
    return thread.equals(later.thread)
        && switches >= 0
        && switches == later.switches
        && (sinceNs < 0 || later.sinceNs < 0 || sameTime(later))
        && kind == later.kind
        && object == later.object
        && Objects.equals(owners, later.owners)
        && Objects.equals(alsoAny, later.alsoAny)
        && any == later.any
        && timed == later.timed;
  }

  /** Boot times are made of the scheduler's clock, whose offset is measured anew at times. */
  private boolean sameTime(Wait later) {
    return Math.abs(sinceNs - later.sinceNs) < CLOCK_ERROR_NS;
  }

  private static final long CLOCK_ERROR_NS = 1_000_000_000L;
}
