package kifs.kernel.locks.graph;

import java.util.List;
import kifs.kernel.record.WaitKind;
import org.jspecify.annotations.Nullable;

/**
 * One thread that waits. The first three components are an edge of the wait-for graph. {@code
 * since} shows whether the thread has run between two samples. {@code who} is for people who read
 * the output. Immutable, except for arrays, which must not be modified.
 *
 * @param thread the thread that waits
 * @param what the thing that it waits for
 * @param owners the threads and processes that can end the wait
 * @param since when the thread last ran
 * @param who the thread's names, for people
 */
public record Wait(ThreadId thread, Awaited what, Owners owners, Since since, Description who) {

  /**
   * The thing that a thread waits for.
   *
   * @param object address of the lock, fd of the locked file, or pid of the child
   * @param syscall number of the system call that the thread waits in
   * @param timed whether the wait has a timeout
   * @param shared whether processes share the object
   * @param file the locked file; null: the object is no file lock, or the file isn't known
   */
  public record Awaited(
      WaitKind kind,
      long object,
      int syscall,
      boolean timed,
      boolean shared,
      @Nullable LockedFile file) {

    /** An object that is no file and is not shared. The wait has no timeout. */
    public static Awaited of(WaitKind kind, long object, int syscall) {
      return new Awaited(kind, object, syscall, false, false, null);
    }
  }

  /**
   * The threads and processes that can end a wait.
   *
   * @param holders the holders of what is waited for; empty: not known
   * @param any whether any one of the holders can end the wait; otherwise all of them must act
   * @param others threads that can also end the wait, only where {@code any} is set: they could
   *     make new children
   */
  public record Owners(List<ThreadId> holders, boolean any, List<ThreadId> others) {
    /** No owner is known. */
    public static final Owners UNKNOWN = all(List.of());

    /** All of these holders must act before the wait ends. */
    public static Owners all(List<ThreadId> holders) {
      return new Owners(holders, false, List.of());
    }
  }

  /**
   * When a thread last ran. Two samples with equal values have seen the same block.
   *
   * @param lastRanNs CLOCK_BOOTTIME at which it last ran, ns ({@code se.exec_start}); -1: not known
   * @param switches voluntary and involuntary context switches so far ({@code nvcsw + nivcsw}); -1:
   *     not known
   */
  public record Since(long lastRanNs, long switches) {
    public static final Since UNKNOWN = new Since(-1, -1);

    private static final long CLOCK_ERROR_NS = 1_000_000_000L;

    /** Whether the thread has certainly not run between the two samples. */
    boolean isSame(Since later) {
      return switches >= 0
          && switches == later.switches
          && (lastRanNs < 0 || later.lastRanNs < 0 || isSameTime(later));
    }

    /**
     * Compares with a tolerance: the boot time comes from {@code sched_clock}, and the offset
     * between the two clocks is measured again from time to time.
     */
    private boolean isSameTime(Since later) {
      return Math.abs(lastRanNs - later.lastRanNs) < CLOCK_ERROR_NS;
    }
  }

  /**
   * The names by which people know a thread.
   *
   * @param comm the thread's name; null: not known
   * @param user real user id of the thread's process; -1: not known
   */
  public record Description(byte @Nullable [] comm, long user) {
    public static final Description UNKNOWN = new Description(null, -1);
  }

  /**
   * A file that is locked, or memory that is mapped.
   *
   * @param device as st_dev
   * @param inode 0: anonymous memory
   * @param offset byte offset in the file at which the lock or the object begins
   * @param name path, or the kernel's name of the memory, one char per byte; empty: anonymous
   */
  public record LockedFile(long device, long inode, long offset, String name) {}

  /**
   * Whether only the owner's action can end this wait: an owner is known and there is no timeout.
   */
  boolean dependsOnOwners() {
    return !what.timed() && !owners.holders().isEmpty();
  }

  /**
   * Whether both are the same block, for the same owners: the thread has not run between the
   * samples.
   */
  boolean isSameBlock(Wait later) {
    return thread.equals(later.thread)
        && since.isSame(later.since)
        && what.kind() == later.what.kind()
        && what.object() == later.what.object()
        && what.timed() == later.what.timed()
        && owners.equals(later.owners);
  }
}
