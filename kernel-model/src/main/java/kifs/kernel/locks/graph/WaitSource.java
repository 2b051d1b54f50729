package kifs.kernel.locks.graph;

import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import kifs.kernel.source.Cancellation;

/** Where waits come from: the facts of a live kernel, or a simulated one. */
public interface WaitSource {
  /**
   * Every thread of these processes that waits. One may come twice; then the later one counts.
   *
   * @param pids empty: all processes
   * @param described whether since when it waits and its name are wanted
   */
  void waits(Set<Integer> pids, boolean described, Consumer<Wait> to, Cancellation cancellation);

  /**
   * A new look at one thread, with everything that tells whether it has run since the last one.
   * Knows of no earlier look.
   *
   * @return empty if it has gone or doesn't wait any more
   */
  Optional<Wait> again(ThreadId thread);

  /** Begins to look: what was read before is forgotten. */
  default void begin() {}

  /** Looks once more: whatever may have changed meanwhile is read anew. */
  default void refresh() {}

  /** Ids of a process's threads, ascending; empty if it has gone. */
  int[] threads(int pid);

  /** The name of a thread, or of a process; empty if it can't be had. */
  Optional<byte[]> comm(ThreadId thread);

  /** What the object of that wait lies in, if it lies in memory, else the locked file. */
  Optional<Wait.LockedFile> place(Wait wait);
}
