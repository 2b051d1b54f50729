package kifs.kernel.locks.graph;

import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import kifs.kernel.source.Cancellation;

/**
 * Provides waits: from the facts of a live kernel, or from a simulated one. Used by one thread at a
 * time.
 */
public interface WaitSource {
  /**
   * Passes every waiting thread of these processes to the consumer. If a thread is passed twice,
   * the later wait counts. A thread that vanishes meanwhile is omitted.
   *
   * @param pids empty: all processes
   * @param described whether {@link Wait#since} and {@link Wait#who} are wanted
   */
  void waits(Set<Integer> pids, boolean described, Consumer<Wait> to, Cancellation cancellation);

  /**
   * Samples one thread again, with everything that shows whether the thread has run since an
   * earlier sample. The source doesn't keep earlier samples; the caller compares.
   *
   * @return empty if the thread has vanished or no longer waits
   */
  Optional<Wait> sampleAgain(ThreadId thread);

  /** Begins a sample: the source forgets everything that it has read before. */
  default void begin() {}

  /**
   * Begins another sample of the same threads: the source forgets what may have changed meanwhile.
   */
  default void refresh() {}

  /** Tids of a process's threads, ascending; empty if the process has vanished. */
  int[] threads(int pid);

  /** The name of a thread or of a process; empty if it can't be read. */
  Optional<byte[]> comm(ThreadId thread);

  /**
   * The file or memory that the wait's object lies in; for a file lock, the locked file. Empty if
   * it isn't known.
   */
  Optional<Wait.LockedFile> place(Wait wait);
}
