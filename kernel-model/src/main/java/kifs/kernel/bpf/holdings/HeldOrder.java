package kifs.kernel.bpf.holdings;

import java.util.Arrays;
import kifs.kernel.procfs.holdings.HeldFacts;

/**
 * Which processes are looked at, as they come by in ascending order: whom nobody asked for is
 * passed over, and those that the programs don't see get their turn in between. Not thread-safe.
 */
final class HeldOrder {
  private final int[] pids;
  private final int[] hidden;
  private final HeldFacts.Hidden to;
  private int next;
  private int last = -1;
  private boolean admitted;

  /**
   * @param pids asked for, ascending; null: all
   * @param hidden of all, ascending
   */
  HeldOrder(int[] pids, int[] hidden, HeldFacts.Hidden to) {
    this.pids = pids;
    this.hidden =
        Arrays.stream(hidden).filter(pid -> pids == null || contains(pids, pid)).toArray();
    this.to = to;
  }

  /** Whether a hidden process comes before that one. */
  boolean isInterrupted(int pid) {
    return next < hidden.length && hidden[next] < pid;
  }

  /** Has those told that come before that one. */
  void tellUntil(int pid) {
    while (isInterrupted(pid)) {
      to.elsewhere(hidden[next++]);
    }
  }

  /** Whether that process was asked for. */
  boolean admits(int pid) {
    if (pid != last) {
      last = pid;
      admitted = pids == null || contains(pids, pid);
    }
    return admitted;
  }

  boolean isInvisible(int pid) {
    return contains(hidden, pid);
  }

  /** After the last one. */
  void end() {
    tellUntil(Integer.MAX_VALUE);
  }

  private static boolean contains(int[] ascending, int pid) {
    return Arrays.binarySearch(ascending, pid) >= 0;
  }
}
