package kifs.kernel.locks.graph;

import java.util.List;
import kifs.kernel.record.WaitKind;

/**
 * One thread that waits. The first three components are an edge of the wait-for graph; by {@code
 * since} it is found out whether the thread has run between two looks, and {@code who} is for those
 * who read of it. Immutable but for arrays, which nobody changes.
 *
 * @param thread the thread that waits
 * @param what the thing that it waits for
 * @param owners those that can end the wait
 * @param since when it last ran
 * @param who its names, for people
 */
public record Wait(ThreadId thread, Awaited what, Owners owners, Since since, Description who) {

  /**
   * The thing that a thread waits for.
   *
   * @param object address of the lock, fd of the locked file, or pid of the child
   * @param syscall number of the system call that it waits in
   * @param timed whether the wait ends by itself
   * @param shared whether the object is shared between processes
   * @param file the locked file; null: it is no file lock, or the file can't be told
   */
  public record Awaited(
      WaitKind kind, long object, int syscall, boolean timed, boolean shared, LockedFile file) {

    /** Something that is no file, is not shared, and is waited for without a timeout. */
    public static Awaited of(WaitKind kind, long object, int syscall) {
      return new Awaited(kind, object, syscall, false, false, null);
    }
  }

  /**
   * The threads and processes that can end a wait.
   *
   * @param holders those that hold what is waited for; empty: nobody can be told
   * @param any whether any one of the holders can end the wait, else it takes all of them
   * @param others threads that can end it beside the holders, where any can: those that could make
   *     new children
   */
  public record Owners(List<ThreadId> holders, boolean any, List<ThreadId> others) {
    /** Nobody can be told. */
    public static final Owners UNKNOWN = all(List.of());

    /** All of these together. */
    public static Owners all(List<ThreadId> holders) {
      return new Owners(holders, false, List.of());
    }
  }

  /**
   * When a thread was last known to run. Two looks that find the same have seen the same block.
   *
   * @param lastRanNs CLOCK_BOOTTIME at which it last ran ({@code se.exec_start}); -1: not known
   * @param switches voluntary and involuntary context switches so far ({@code nvcsw + nivcsw}); -1:
   *     not known
   */
  public record Since(long lastRanNs, long switches) {
    public static final Since UNKNOWN = new Since(-1, -1);

    private static final long CLOCK_ERROR_NS = 1_000_000_000L;

    /** Whether the thread has certainly not run between the two. */
    boolean isSame(Since later) {
      return switches >= 0
          && switches == later.switches
          && (lastRanNs < 0 || later.lastRanNs < 0 || isSameTime(later));
    }

    /** Boot times are made of the scheduler's clock, whose offset is measured anew at times. */
    private boolean isSameTime(Since later) {
      return Math.abs(lastRanNs - later.lastRanNs) < CLOCK_ERROR_NS;
    }
  }

  /**
   * The names by which people know a thread.
   *
   * @param comm the thread's name; null: not known
   * @param user real user id of its process; -1: not known
   */
  public record Description(byte[] comm, long user) {
    public static final Description UNKNOWN = new Description(null, -1);
  }

  /**
   * A file that is locked, or memory that is mapped.
   *
   * @param device as st_dev
   * @param inode 0: anonymous memory
   * @param offset where in the file the lock or the object begins
   * @param name path, or the kernel's name of the memory, one char a byte; empty: anonymous
   */
  public record LockedFile(long device, long inode, long offset, String name) {}

  /** Whether nothing but its holders, as far as they are known, can end it. */
  boolean dependsOnOwners() {
    return !what.timed() && !owners.holders().isEmpty();
  }

  /** Whether the thread has not run between the two: it is the same block, for the same owners. */
  boolean isSameBlock(Wait later) {
    return thread.equals(later.thread)
        && since.isSame(later.since)
        && what.kind() == later.what.kind()
        && what.object() == later.what.object()
        && what.timed() == later.what.timed()
        && owners.equals(later.owners);
  }
}
