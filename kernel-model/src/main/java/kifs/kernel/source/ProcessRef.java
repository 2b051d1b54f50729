package kifs.kernel.source;

import java.util.Optional;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.query.Query;
import kifs.kernel.record.Record;

/**
 * One process, bound when the ref was made: once it has gone, every look says so, even if its id is
 * used again. Thread-safe. Must be closed.
 */
public interface ProcessRef extends AutoCloseable {
  int pid();

  /**
   * Whoever owns a process.
   *
   * @param user real user id
   * @param group real group id
   */
  record Owner(long user, long group) {}

  /** Who owns it, as its directory in /proc shows; empty if it has gone. */
  Optional<Owner> owner();

  /**
   * Fills these fields of a PROCESS record, reading no more than they need; what can't be had is
   * left absent.
   *
   * @return false if the process has gone
   */
  boolean read(long fields, Record process);

  /**
   * Appends what the query asks for of this process. Its filters other than pids apply.
   *
   * @return false if the process has gone
   */
  boolean collect(Query query, BulkBuilder into, Cancellation cancellation);

  /** Ids of its threads, ascending; empty if it has gone. */
  int[] tids();

  /** Its open fds, ascending; empty if it has gone, or the kernel refuses them. */
  int[] fds();

  /** Whether that fd is open. */
  boolean hasFd(int fd);

  /**
   * Appends the FD of that fd, and its texts.
   *
   * @return false if it isn't open, or the process has gone
   */
  boolean collectFd(int fd, BulkBuilder into);

  /** Binds to one of its threads; empty if there is none of that id. */
  Optional<ThreadRef> thread(int tid);

  /**
   * Arguments, each ended by a NUL: no bytes for kernel threads and zombies; empty if the process
   * has gone, or the kernel refuses them.
   */
  Optional<byte[]> commandLine();

  /** Path of the executable; empty if there is none, the process has gone, or it is refused. */
  Optional<String> executable();

  /**
   * Path in cgroup v2, or where a host runs v1 in the hierarchy with most to tell; empty if there
   * is none, or the process has gone.
   */
  Optional<String> cgroup();

  /** Whether it still is there. */
  boolean isAlive();

  @Override
  void close();
}
