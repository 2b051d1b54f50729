package kifs.kernel.bpf.program;

import java.util.Arrays;

/**
 * The processes of one pass, in order, with the number of threads of each. A slot keeps its plan,
 * so that the next pass uses the memory again. Not thread-safe.
 */
public final class PassPlan {
  /** Stands for the number of threads of a process that is invisible to BPF. */
  private static final int INVISIBLE = -1;

  private int[] pids = new int[256];
  private int[] sizes = new int[256];
  private int count;

  public void clear() {
    count = 0;
  }

  public void add(int pid, int size) {
    if (count == pids.length) {
      pids = Arrays.copyOf(pids, count * 2);
      sizes = Arrays.copyOf(sizes, count * 2);
    }
    pids[count] = pid;
    sizes[count] = size;
    count++;
  }

  public void addInvisible(int pid) {
    add(pid, INVISIBLE);
  }

  public boolean isInvisible(int index) {
    return sizes[index] == INVISIBLE;
  }

  /** The number of threads of all processes that the programs see. */
  public int threads() {
    int threads = 0;
    for (int i = 0; i < count; i++) {
      threads += Math.max(0, sizes[i]);
    }
    return threads;
  }

  /** The index of the process at which the second half of the threads begins. */
  public int half() {
    int at = 0;
    for (int left = threads() / 2; left > 0; at++) {
      left -= Math.max(0, sizes[at]);
    }
    return at;
  }

  public int count() {
    return count;
  }

  public int pid(int index) {
    return pids[index];
  }

  /** The number of threads of a process; -1 if it is invisible to BPF. */
  public int size(int index) {
    return sizes[index];
  }

  /** The pids, ascending. The array is a copy. */
  public int[] sortedPids() {
    int[] sorted = Arrays.copyOf(pids, count);
    Arrays.sort(sorted);
    return sorted;
  }
}
