package kifs.kernel.bpf.holdings;

import java.util.Arrays;
import kifs.kernel.procfs.holdings.HeldFacts;
import org.jspecify.annotations.Nullable;

/**
 * Merges the processes that an iterator visits, in ascending order, with those that are invisible
 * to BPF. It also says which visited processes to skip, because the query doesn't want them. Not
 * thread-safe.
 */
final class HeldOrder {
  private final int @Nullable [] pids;
  private final int[] invisible;
  private final HeldFacts.Hidden to;
  private int next;
  private int lastPid = -1;
  private boolean admitted;

  /**
   * @param pids the pids that the query wants, ascending; null: all
   * @param invisible the pids of all invisible processes, ascending
   * @param to receives the invisible processes
   */
  HeldOrder(int @Nullable [] pids, int[] invisible, HeldFacts.Hidden to) {
    this.pids = pids;
    this.invisible =
        Arrays.stream(invisible).filter(pid -> pids == null || contains(pids, pid)).toArray();
    this.to = to;
  }

  /** Whether an unreported invisible process comes before a pid. */
  boolean isInterrupted(int pid) {
    return next < invisible.length && invisible[next] < pid;
  }

  /** Reports the invisible processes that come before a pid. */
  void reportUntil(int pid) {
    while (isInterrupted(pid)) {
      to.elsewhere(invisible[next++]);
    }
  }

  /** Whether the query wants a process. Remembers the last answer. */
  boolean admits(int pid) {
    if (pid != lastPid) {
      lastPid = pid;
      admitted = pids == null || contains(pids, pid);
    }
    return admitted;
  }

  boolean isInvisible(int pid) {
    return contains(invisible, pid);
  }

  /** Reports the remaining invisible processes. Must be called after the last process. */
  void end() {
    reportUntil(Integer.MAX_VALUE);
  }

  private static boolean contains(int[] ascending, int pid) {
    return Arrays.binarySearch(ascending, pid) >= 0;
  }
}
