package kifs.kernel.locks.blocked;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import kifs.kernel.locks.graph.ThreadId;
import kifs.kernel.locks.graph.Wait;
import kifs.kernel.source.Cancellation;

/**
 * The raw facts of blocked threads: all that a live source has to supply. Everything may be refused
 * or vanish at any time; a fact that can't be had is an empty Optional, and never made up. An array
 * or a list is empty only where there is nothing. Used by one thread at a time.
 *
 * <p>{@link #blocked} is the one that costs: a source that walks all tasks in the kernel can give
 * it in one pass, and leave the other questions, which are asked of few threads, to /proc. For each
 * thread that is in no cgroup freezer, not running and in a system call that {@link Abi#call} does
 * not call OTHER it needs
 *
 * <ul>
 *   <li>number and the six arguments of that call and the stack and instruction pointers ({@code
 *       task_pt_regs}); whether the task is a 32-bit one ({@code thread_info.status & TS_COMPAT});
 *   <li>for futex(2), from the memory of its process, {@link UserWords#BEFORE} bytes before the
 *       first argument and {@link UserWords#AFTER} bytes from it on: 128 together; where that
 *       fails, for the page before may not be mapped, from the beginning of the argument's page on;
 *   <li>if {@code described}: {@code se.exec_start} in boot time, {@code comm}, {@code cred->uid}.
 * </ul>
 *
 * <p>Ids are those of the source's own pid namespace.
 */
public interface LockFacts {
  /**
   * Every thread of these processes that is blocked in a call by which it may wait for somebody, in
   * order of pid and tid.
   *
   * @param pids empty: all processes
   * @param described whether last-ran time, name and user are wanted
   */
  void blocked(
      Set<Integer> pids, boolean described, Consumer<BlockedCall> to, Cancellation cancellation);

  /** One thread, looked at now, with all that {@link BlockedCall} has. */
  Optional<BlockedCall> blocked(ThreadId thread);

  /**
   * Begins to look: what was remembered is forgotten. Until the next time it may be remembered
   * which threads there are, and which processes have an open file.
   */
  void begin();

  /**
   * The thread that a process knows by that id, in the pid namespace of that process.
   *
   * @param pid the process that uses the id
   * @param tid as it uses it
   * @param anywhere whether it may belong to another process, else it must be a sibling
   */
  Optional<ThreadId> thread(int pid, int tid, boolean anywhere);

  /** Ids of a process's threads, ascending; one that has gone has none. */
  int[] threads(int pid);

  /** Processes whose parent that one is, zombies included. */
  Optional<int[]> children(int pid);

  /** Every lock of the host on a file, held or wanted. */
  Optional<List<FileLock>> fileLocks();

  /** The file behind an fd. Its offset is 0. */
  Optional<Wait.LockedFile> file(int pid, int fd);

  /**
   * Processes that can release a lock which belongs to an open file description: all that have it.
   *
   * @param thorough whether all processes are looked at; else it may be the one that asked for the
   *     lock, without a look at the others
   */
  Optional<int[]> holders(FileLock lock, boolean thorough);

  /** The mapping at an address of a process, and where in the file that address lies. */
  Optional<Wait.LockedFile> mapping(int pid, long address);

  /** Memory of a process, as much as can be read from the address on: it may be nothing. */
  byte[] memory(int pid, long address, int length);

  /**
   * A mapping that can be executed.
   *
   * @param end behind its last byte
   * @param name of the file; empty: none
   */
  record Code(long start, long end, String name) {
    boolean holds(long address) {
      return Long.compareUnsigned(address, start) >= 0 && Long.compareUnsigned(address, end) < 0;
    }
  }

  /** All that a process can execute. */
  Optional<List<Code>> code(int pid);

  /**
   * The registers of a blocked thread. Where nothing tells them of a running process, the thread
   * may be stopped for a moment, so it is asked only of threads that sleep for ever.
   */
  Optional<Registers> registers(ThreadId thread);

  /** Name of a thread, or of a process. */
  Optional<byte[]> comm(ThreadId thread);
}
