package kifs.kernel.bpf.program;

import java.util.Arrays;

/**
 * The processes of one pass, in order, and how many threads each has. It is kept with a slot, so
 * that its memory is there for the next pass. Not thread-safe.
 */
public final class PassPlan {
  /** Instead of a number of threads: the programs don't see it. */
  private static final int HIDDEN = -1;

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
    add(pid, HIDDEN);
  }

  public boolean isInvisible(int index) {
    return sizes[index] == HIDDEN;
  }

  /** Threads of them all. */
  public int threads() {
    int threads = 0;
    for (int i = 0; i < count; i++) {
      threads += Math.max(0, sizes[i]);
    }
    return threads;
  }

  /** Where the second half of the threads begins. */
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

  public int size(int index) {
    return sizes[index];
  }

  public int[] sortedPids() {
    int[] sorted = Arrays.copyOf(pids, count);
    Arrays.sort(sorted);
    return sorted;
  }
}
