package kifs.kernel.source;

import java.util.Optional;
import java.util.function.Consumer;

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
   * @param pid of the process it happened to; for FORK the new one
   * @param parent for FORK the process that forked, else 0
   * @param status for EXIT, as waitpid(2) gives it
   * @param boottimeNs when
   */
  record ProcessEvent(Kind kind, int pid, int parent, int status, long boottimeNs) {
    /** LOST: the kernel could not deliver some events; nothing else in it is meaningful. */
    public enum Kind {
      FORK,
      EXEC,
      RENAMED,
      EXIT,
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
   * Calls back for every process of the host that forks, execs, renames itself or exits. The
   * callback must not block.
   *
   * @return empty if this kernel can't tell, or not us
   */
  Optional<Watch> onProcesses(Consumer<ProcessEvent> listener);
}
