package kifs.kernel.source;

import java.util.Optional;
import java.util.OptionalLong;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.limits.EntityLimits;
import kifs.kernel.query.Query;
import kifs.kernel.record.Record;

/**
 * One process. The ref is bound to the process that had the id when the ref was made: after that
 * process has vanished, every method says so, even if the kernel uses the id again. Thread-safe.
 * Must be closed.
 */
public interface ProcessRef extends AutoCloseable {
  int pid();

  /**
   * The owner of a process. Immutable.
   *
   * @param user real user id
   * @param group real group id
   */
  record Owner(long user, long group) {}

  /** The owner, as the process's directory in /proc shows it; empty if the process has vanished. */
  Optional<Owner> owner();

  /**
   * Fills these fields of a PROCESS record, and reads no more than they need. A field that can't be
   * read stays absent.
   *
   * @return false if the process has vanished
   */
  boolean read(long fields, Record process);

  /**
   * Appends the records that the query asks for of this process. All filters except pids apply.
   *
   * @return false if the process has vanished
   */
  boolean collect(Query query, BulkBuilder into, Cancellation cancellation);

  /** Ids of the process's threads, ascending; empty if the process has vanished. */
  int[] tids();

  /** The open fds, ascending; empty if the process has vanished, or the kernel refuses access. */
  int[] fds();

  /** Whether that fd is open. */
  boolean hasFd(int fd);

  /**
   * Appends the FD record of that fd, and its texts.
   *
   * @return false if the fd isn't open, or the process has vanished
   */
  boolean collectFd(int fd, BulkBuilder into);

  /** Binds to a thread of the process; empty if it has no thread with that id. */
  Optional<ThreadRef> thread(int tid);

  /**
   * The name as {@code /proc/[pid]/comm} shows it now. For a worker of the kernel's workqueues it
   * is longer than COMM, because /proc adds what the worker works on: {@code kworker/R-rcu_gp}.
   * Empty if the process has vanished, or if the source has no longer names than COMM.
   */
  default Optional<byte[]> fullName() {
    return Optional.empty();
  }

  /**
   * The arguments, each ended by a NUL byte; at most the first 2 MiB. No bytes for kernel threads
   * and zombies; empty if the process has vanished, is unreadable, or the kernel refuses access.
   */
  Optional<byte[]> commandLine();

  /**
   * Path of the executable; empty if there is none, the process has vanished, or access is refused.
   *
   * @throws PathTooLongException if there is one that the kernel doesn't show
   */
  Optional<String> executable();

  /**
   * Path of the cgroup: in cgroup v2, unless that is the root and a v1 hierarchy has a longer path.
   * Empty if there is none, or the process has vanished.
   */
  Optional<String> cgroup();

  /**
   * Since when the source can't read the process's memory, because such a read waits for something
   * that doesn't happen: boot time, ns. Empty if it can, or the process has vanished.
   */
  OptionalLong unreadableSince();

  /**
   * The limits of the process; empty if the source has none, see {@link KernelSource#limits}. They
   * are valid until the ref is closed.
   */
  default Optional<EntityLimits> limits() {
    return Optional.empty();
  }

  /** Whether the process still exists. */
  boolean isAlive();

  @Override
  void close();
}
