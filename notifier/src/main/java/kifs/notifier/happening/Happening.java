package kifs.notifier.happening;

import kifs.kernel.source.KernelEvents.ProcessEvent;

/**
 * Something that happened to a process.
 *
 * @param process for a fork the one that forked
 * @param status of an exit, as in {@link ProcessEvent}; else -1
 * @param child of a fork the new process, else 0
 * @param boottimeNs when; of a process that was just found missing, when it was last there
 */
public record Happening(
    ProcessEvent.Kind kind, KnownProcess process, int status, int child, long boottimeNs) {
  /** The kernel's stamps on events may be off by what it takes to read two clocks. */
  public static final long CLOCK_SLACK_NS = 1_000_000L;

  private static final int NONE = -1;

  static Happening exit(KnownProcess process, int status, long boottimeNs) {
    return new Happening(ProcessEvent.Kind.EXIT, process, status, 0, boottimeNs);
  }

  static Happening fork(KnownProcess parent, int child, long boottimeNs) {
    return new Happening(ProcessEvent.Kind.FORK, parent, NONE, child, boottimeNs);
  }

  /** Whether what happened then, by the kernel's stamp, may have been after that. */
  public static boolean mayFollow(long happenedNs, long boottimeNs) {
    return happenedNs + CLOCK_SLACK_NS >= boottimeNs;
  }

  /** Neither an exit nor a fork. */
  static Happening of(ProcessEvent.Kind kind, KnownProcess process, long boottimeNs) {
    return new Happening(kind, process, NONE, 0, boottimeNs);
  }
}
