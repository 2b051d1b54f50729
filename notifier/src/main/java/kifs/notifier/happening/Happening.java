package kifs.notifier.happening;

import kifs.kernel.source.KernelEvents.ProcessEvent;

/**
 * Something that happened to a process. Immutable.
 *
 * @param kind an exit, a fork, an exec or an OOM kill
 * @param process the process; for a fork the parent
 * @param status for an exit the wait status, as in {@link ProcessEvent}; else -1
 * @param child for a fork the pid of the new process; else 0
 * @param boottimeNs when it happened. For an exit that a scan found, the boot time of the scan or,
 *     if the kernel doesn't push exits, of the scan before
 */
public record Happening(
    ProcessEvent.Kind kind, KnownProcess process, int status, int child, long boottimeNs) {
  /**
   * The possible error of the kernel's time stamps on events: the time between the reads of two
   * clocks, of which one is converted to the other.
   */
  public static final long CLOCK_SLACK_NS = 1_000_000L;

  private static final int NO_STATUS = -1;

  static Happening exit(KnownProcess process, int status, long boottimeNs) {
    return new Happening(ProcessEvent.Kind.EXIT, process, status, 0, boottimeNs);
  }

  static Happening fork(KnownProcess parent, int child, long boottimeNs) {
    return new Happening(ProcessEvent.Kind.FORK, parent, NO_STATUS, child, boottimeNs);
  }

  /** Whether something that has the stamp {@code happenedNs} may have been after a moment. */
  public static boolean mayFollow(long happenedNs, long boottimeNs) {
    return happenedNs + CLOCK_SLACK_NS >= boottimeNs;
  }

  /** Returns an exec or an OOM kill, which have neither a status nor a child. */
  static Happening of(ProcessEvent.Kind kind, KnownProcess process, long boottimeNs) {
    return new Happening(kind, process, NO_STATUS, 0, boottimeNs);
  }
}
