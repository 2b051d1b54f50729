package kifs.kernel.locks.blocked;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import kifs.kernel.locks.graph.ThreadId;
import kifs.kernel.locks.graph.Wait;
import kifs.kernel.source.Cancellation;

/**
 * The raw facts of blocked threads: everything that a live source must supply. The kernel may
 * refuse any fact, and a thread may vanish at any time. A fact that can't be read is an empty
 * Optional and is never made up. An array or a list is empty only if there is nothing. Used by one
 * thread at a time.
 *
 * <p>{@link #blocked} is the expensive call. A source that walks all tasks in the kernel can answer
 * it in one pass, and answer the other calls, which concern few threads, from /proc. For each
 * thread that is in no frozen cgroup, is not running, and is in a system call that {@link Abi#call}
 * doesn't call OTHER, it needs
 *
 * <ul>
 *   <li>number and six arguments of that call, the stack pointer and the instruction pointer
 *       ({@code task_pt_regs}); whether the task is a 32-bit one ({@code thread_info.status &
 *       TS_COMPAT});
 *   <li>for futex(2) and clone3(2), from the memory of its process, {@link UserWords#BEFORE} bytes
 *       before the first argument and {@link UserWords#AFTER} bytes from it on, 128 together; if
 *       that fails, because the previous page may not be mapped, the bytes from the start of the
 *       argument's page;
 *   <li>if {@code described}: {@code se.exec_start} in boot time, {@code comm}, {@code cred->uid}.
 * </ul>
 *
 * <p>Ids are those of the source's own pid namespace.
 */
public interface LockFacts {
  /**
   * Passes every thread of these processes that is blocked in a call in which a thread can wait for
   * another, in order of pid and tid. A thread that vanishes meanwhile is omitted.
   *
   * @param pids empty: all processes
   * @param described whether last-ran time, name and user are wanted
   */
  void blocked(
      Set<Integer> pids, boolean described, Consumer<BlockedCall> to, Cancellation cancellation);

  /**
   * The present facts of one thread, with everything that {@link BlockedCall} has; empty if the
   * thread has vanished or isn't blocked in a system call.
   */
  Optional<BlockedCall> blocked(ThreadId thread);

  /**
   * Begins a sample: the source forgets what it remembers. Until the next call it may remember
   * which threads exist, and which processes have an open file.
   */
  void begin();

  /**
   * The thread that a process knows by an id in the process's own pid namespace.
   *
   * @param pid the process that uses the id
   * @param tid the id, in that process's namespace
   * @param anywhere whether the thread may belong to another process; otherwise it must belong to
   *     this one
   */
  Optional<ThreadId> thread(int pid, int tid, boolean anywhere);

  /**
   * The thread that can have written its id into a word of memory: it is known by that id in its
   * own pid namespace, which need not be that of the process, and its process maps the same memory.
   * If no other process can share the memory, the thread belongs to this one. Empty if no thread
   * fits, or if several do.
   *
   * @param pid a process that maps the word
   * @param word the address of the word in that process
   * @param tid the id that the word contains
   */
  Optional<ThreadId> sharer(int pid, long word, int tid);

  /** Tids of a process's threads, ascending; empty if the process has vanished. */
  int[] threads(int pid);

  /** The process's children, zombies included. */
  Optional<int[]> children(int pid);

  /**
   * The child for which a thread waits in vfork(2) or a call like it: the only child of the thread
   * that shares its memory. Empty if there is none or several, or if the kernel doesn't tell.
   */
  Optional<Integer> vforkChild(ThreadId parent);

  /** Every file lock of the host, held or wanted ({@code /proc/locks}). */
  Optional<List<FileLock>> fileLocks();

  /** The file that an fd refers to. Its offset is 0. */
  Optional<Wait.LockedFile> file(int pid, int fd);

  /**
   * The processes that can release a lock of an open file description: all that share the
   * description.
   *
   * @param thorough whether all processes are searched; otherwise the result may be only the
   *     process that requested the lock, without a search of the others
   */
  Optional<int[]> holders(FileLock lock, boolean thorough);

  /** The mapping at an address of a process, and the offset in the file that the address maps. */
  Optional<Wait.LockedFile> mapping(int pid, long address);

  /**
   * Memory of a thread's process from the address on: as much as can be read, possibly no byte. It
   * is read through the thread, since the main thread of the process may have ended.
   */
  byte[] memory(ThreadId thread, long address, int length);

  /**
   * An executable mapping. Immutable.
   *
   * @param start address of its first byte
   * @param end address after its last byte
   * @param name path of the file; empty: none
   */
  record Code(long start, long end, String name) {
    boolean contains(long address) {
      return Long.compareUnsigned(address, start) >= 0 && Long.compareUnsigned(address, end) < 0;
    }
  }

  /** All executable mappings of a process. */
  Optional<List<Code>> code(int pid);

  /**
   * The registers of a blocked thread. If the kernel doesn't show them, the source may stop the
   * thread for a moment, so callers ask only for threads that sleep for ever.
   */
  Optional<Registers> registers(ThreadId thread);

  /** Name of a thread or of a process. */
  Optional<byte[]> comm(ThreadId thread);
}
