package kifs.kernel.bpf.pass;

import java.util.Arrays;
import java.util.BitSet;
import kifs.kernel.procfs.ProcfsSource;

/**
 * Processes that the kernel keeps from BPF programs though it shows them in /proc: some hosts
 * protect their own agents like that. Who is hidden is found out at the start; on a host that hides
 * any, again every ten seconds. Thread-safe.
 */
public final class HiddenProcesses {
  private final ProcfsSource procfs;
  private final Passes passes;
  private volatile int[] hidden = new int[0];

  HiddenProcesses(ProcfsSource procfs, Passes passes) {
    this.procfs = procfs;
    this.passes = passes;
    hidden = find();
  }

  /** Looks again, if there were any. */
  void refresh() {
    if (hidden.length > 0) {
      hidden = find();
    }
  }

  /** As their ids are seen by us, ascending. */
  public int[] pids() {
    return hidden;
  }

  public boolean contains(int pid) {
    return hidden.length > 0 && Arrays.binarySearch(hidden, pid) >= 0;
  }

  /** Seen in /proc before and after, and not by the programs in between. */
  private int[] find() {
    BitSet missing = new BitSet();
    for (int pid : procfs.pids()) {
      missing.set(pid);
    }
    if (!passes.forEachPid(missing::clear)) {
      return hidden;
    }
    BitSet still = new BitSet();
    for (int pid : procfs.pids()) {
      still.set(pid);
    }
    missing.and(still);
    return missing.stream().toArray();
  }
}
