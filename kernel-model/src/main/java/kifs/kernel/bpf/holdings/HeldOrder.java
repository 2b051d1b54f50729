package kifs.kernel.bpf.holdings;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import kifs.kernel.bpf.pass.InvisibleOrder;
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
  private final InvisibleOrder remaining;
  private final HeldFacts.Hidden to;

  /**
   * The processes that were reported to be read elsewhere, so that nothing else may report them.
   */
  private final Set<Integer> reported = new HashSet<>();

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
    remaining = new InvisibleOrder(this.invisible, this::report);
    this.to = to;
  }

  /**
   * Prepares another walk over the same processes. The invisible ones that were reported are not
   * reported again, and that walk skips them.
   */
  HeldOrder again() {
    HeldOrder order = new HeldOrder(pids, new int[0], to);
    order.reported.addAll(reported);
    return order;
  }

  /** Whether {@link #reportUntil} must be called before a visited process is reported. */
  boolean isInterrupted(int pid) {
    return remaining.next() <= pid;
  }

  /** Reports the invisible processes that come before a visited process. */
  void reportUntil(int pid) {
    remaining.advance(pid);
  }

  /**
   * Reports a process that must be read elsewhere. Another walk will skip it, because its files are
   * read there, too.
   */
  void report(int pid) {
    reported.add(pid);
    to.elsewhere(pid);
  }

  /** Whether a visited process is to be reported. Remembers the last answer. */
  boolean admits(int pid) {
    if (pid != lastPid) {
      lastPid = pid;
      admitted = (pids == null || contains(pids, pid)) && !reported.contains(pid);
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
