package kifs.kernel.linux.events;

import kifs.kernel.source.ProcessRef;

/** A process whose exit Linux can tell, by a pidfd. Implementations are thread-safe. */
public interface WatchedProcess extends ProcessRef {
  /**
   * The same process, closed apart from this ref: a watch keeps it for as long as it waits. If the
   * process has gone, the copy says so as well.
   */
  WatchedProcess copy();

  /**
   * The status as waitpid(2) would give it, while the process is a zombie; -1: it is none, or we
   * have no right to know.
   */
  int exitStatus();
}
