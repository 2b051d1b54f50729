package kifs.kernel.bpf.pass;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The processes that are in /proc but invisible to BPF: some hosts protect their own agents like
 * that. They are found when the daemon starts. If there are any, {@link #refresh} finds them again,
 * about every ten seconds. Thread-safe.
 */
public final class InvisibleProcesses {
  private final Supplier<int[]> inProc;
  private final Predicate<IntConsumer> forEachVisible;
  private volatile int[] pids = new int[0];

  /**
   * Finds the processes for the first time.
   *
   * @param inProc lists the ids of all processes in /proc
   * @param forEachVisible as {@link Passes#forEachPid}
   */
  InvisibleProcesses(Supplier<int[]> inProc, Predicate<IntConsumer> forEachVisible) {
    this.inProc = inProc;
    this.forEachVisible = forEachVisible;
    pids = find();
  }

  /** Finds the processes again, if there were any before. */
  void refresh() {
    if (pids.length > 0) {
      pids = find();
    }
  }

  /**
   * Their ids in the daemon's pid namespace, ascending. The array must not be modified. Some of the
   * ids may belong to other, visible processes by now, see {@link InvisibleOrder}.
   */
  public int[] pids() {
    return pids;
  }

  public boolean contains(int pid) {
    return pids.length > 0 && Arrays.binarySearch(pids, pid) >= 0;
  }

  /**
   * Finds the processes that are in /proc before and after the programs list all processes, and
   * that the programs don't list. If the programs can't list them now, the earlier result stays.
   */
  private int[] find() {
    BitSet missing = new BitSet();
    for (int pid : inProc.get()) {
      missing.set(pid);
    }
    if (!forEachVisible.test(missing::clear)) {
      return pids;
    }
    BitSet remaining = new BitSet();
    for (int pid : inProc.get()) {
      remaining.set(pid);
    }
    missing.and(remaining);
    return missing.stream().toArray();
  }
}
