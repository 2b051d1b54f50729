package kifs.kernel.source;

import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import kifs.kernel.record.SystemRecord;

/** What the kernel tells without being asked again and again. Thread-safe. */
public interface KernelEvents {
  /** Ends a watch. Idempotent; afterwards the listener is not called any more. */
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * A process exited.
   *
   * @param pid its id
   * @param status as waitpid(2) gives it; -1: not told
   * @param boottimeNs when
   */
  record Exit(int pid, int status, long boottimeNs) {}

  /**
   * Something happened to some process.
   *
   * @param kind what
   * @param pid of the process it happened to; for FORK the new one, for OOM the one that is killed
   * @param parent for FORK the process that forked, else 0
   * @param status for EXIT, as waitpid(2) gives it
   * @param boottimeNs when
   */
  record ProcessEvent(Kind kind, int pid, int parent, int status, long boottimeNs) {
    /**
     * OOM: the kernel kills the process for lack of memory, the host's or its cgroup's; its EXIT
     * follows. LOST: the kernel could not deliver some events; nothing else in it is meaningful.
     */
    public enum Kind {
      FORK,
      EXEC,
      RENAMED,
      EXIT,
      OOM,
      LOST
    }
  }

  /**
   * Calls back once when that process exits, at once if it already has. The callback must not
   * block.
   *
   * @return empty if this kernel can't tell
   */
  Optional<Watch> onExit(ProcessRef process, Consumer<Exit> listener);

  /**
   * Calls back for every process of the host that forks, execs, renames itself, exits or is killed
   * for lack of memory, as far as {@link #told} goes. The callback must not block.
   *
   * @return empty if this kernel can't tell, or not us
   */
  Optional<Watch> onProcesses(Consumer<ProcessEvent> listener);

  /** The kinds that {@link #onProcesses} tells; none if it returns empty. Found out by trying. */
  Set<ProcessEvent.Kind> told();

  /**
   * Calls back soon after a process's resident memory has crossed that level, upwards or downwards:
   * a hint that a look is worth while. May be called without cause, and one that goes to and fro
   * quickly is not told of each time. The callback must not block.
   *
   * @param process null: any
   * @param bytes the level
   * @return empty if this kernel can't tell, or not us, or watches too many levels already
   */
  default Optional<Watch> onResize(ProcessRef process, long bytes, Runnable listener) {
    return Optional.empty();
  }

  /**
   * Calls back whenever at least that much time was lost to a lack of something within a window: at
   * once and again once a window while it goes on, or more often than that. Never misses; may be
   * called without cause. The callback must not block.
   *
   * @param stallNs more than 0, at most {@code windowNs}
   * @param windowNs as near to it as the kernel permits, never less
   * @return empty if this kernel can't tell, or not us
   */
  Optional<Watch> onPressure(
      SystemRecord.Pressure of, long stallNs, long windowNs, Runnable listener);
}
