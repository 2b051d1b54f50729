package kifs.kernel.linux.events;

import kifs.kernel.source.ProcessRef;

/** A process whose exit can be watched by a pidfd. Implementations are thread-safe. */
public interface WatchedProcess extends ProcessRef {
  /**
   * Makes a second ref to the same process, which is closed independently. A watch keeps it during
   * its wait. If the process has vanished, the copy shows that, too.
   */
  WatchedProcess copy();

  /**
   * The exit status as waitpid(2) returns it, while the process is a zombie; -1 if it is none, or
   * the kernel refuses to show it.
   */
  int exitStatus();
}
