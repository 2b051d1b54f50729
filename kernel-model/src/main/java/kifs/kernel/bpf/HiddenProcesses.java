package kifs.kernel.bpf;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntConsumer;
import kifs.kernel.procfs.ProcfsSource;

/**
 * Processes that the kernel keeps from BPF programs though it shows them in /proc: some hosts
 * protect their own agents like that. Who is hidden is found out at the start; on a host that hides
 * any, again every ten seconds. Thread-safe.
 */
final class HiddenProcesses {
  private final ProcfsSource procfs;
  private final Seen seen;
  private volatile int[] hidden = new int[0];

  /** What the programs see. */
  interface Seen {
    /** Visits the ids of all processes; false: can't tell now. */
    boolean forEach(IntConsumer visitor);
  }

  HiddenProcesses(ProcfsSource procfs, Seen seen) {
    this.procfs = procfs;
    this.seen = seen;
    hidden = find();
  }

  /** Looks again, if there were any. */
  void refresh() {
    if (hidden.length > 0) {
      hidden = find();
    }
  }

  /** As their ids are seen by us, ascending. */
  int[] pids() {
    return hidden;
  }

  boolean contains(int pid) {
    return hidden.length > 0 && Arrays.binarySearch(hidden, pid) >= 0;
  }

  /** Seen in /proc before and after, and not by the programs in between. */
  private int[] find() {
    BitSet missing = new BitSet();
    for (int pid : procfs.pids()) {
      missing.set(pid);
    }
    if (!seen.forEach(missing::clear)) {
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
