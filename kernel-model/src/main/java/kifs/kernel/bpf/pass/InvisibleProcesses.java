package kifs.kernel.bpf.pass;

import java.util.Arrays;
import java.util.BitSet;
import kifs.kernel.procfs.ProcfsSource;

/**
 * The processes that are in /proc but invisible to BPF: some hosts protect their own agents like
 * that. They are found when the daemon starts. If there are any, {@link #refresh} finds them again,
 * about every ten seconds. Thread-safe.
 */
public final class InvisibleProcesses {
  private final ProcfsSource procfs;
  private final Passes passes;
  private volatile int[] pids = new int[0];

  InvisibleProcesses(ProcfsSource procfs, Passes passes) {
    this.procfs = procfs;
    this.passes = passes;
    pids = find();
  }

  /** Finds the processes again, if there were any before. */
  void refresh() {
    if (pids.length > 0) {
      pids = find();
    }
  }

  /** Their ids in the daemon's pid namespace, ascending. The array must not be modified. */
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
    for (int pid : procfs.pids()) {
      missing.set(pid);
    }
    if (!passes.forEachPid(missing::clear)) {
      return pids;
    }
    BitSet remaining = new BitSet();
    for (int pid : procfs.pids()) {
      remaining.set(pid);
    }
    missing.and(remaining);
    return missing.stream().toArray();
  }
}
