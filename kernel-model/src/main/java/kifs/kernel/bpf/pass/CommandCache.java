package kifs.kernel.bpf.pass;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.IntPredicate;
import kifs.kernel.bpf.program.PassPlan;

/**
 * Command lines as they were last read, for as long as nothing can have changed them: a process
 * that hasn't run since can't have written over its own. To read one takes ten times as long as to
 * keep it. Thread-safe.
 */
final class CommandCache {
  private static final int FIRST_SLOTS = 1024;
  private static final int MOST_SLOTS = 1 << 18;

  /** Longer ones are few, and read each time. */
  private static final int LONGEST = 4096;

  private static final long MOST_BYTES = 16L << 20;
  private static final int NEVER = -1;

  private int[] pids = new int[FIRST_SLOTS];
  private long[] runtimes = new long[FIRST_SLOTS];
  private long[] memories = new long[FIRST_SLOTS];
  private byte[][] lines = new byte[FIRST_SLOTS][];
  private int used;
  private long bytes;

  /**
   * @param runtime ns that the process had run when it was read; -1: it was running
   * @param memory which was read
   * @return null: not known
   */
  synchronized byte[] get(int pid, long runtime, long memory) {
    int slot = find(pid);
    return pids[slot] == pid && runtimes[slot] == runtime && memories[slot] == memory
        ? lines[slot]
        : null;
  }

  /**
   * Keeps what was read; of a process that was running, nothing.
   *
   * @param from holds the line from {@code at} on
   */
  synchronized void put(int pid, long runtime, long memory, ByteBuffer from, int at, int length) {
    if (runtime == NEVER || length > LONGEST) {
      return;
    }
    int slot = find(pid);
    byte[] known = pids[slot] == pid ? lines[slot] : null;
    if (known == null || !isThere(known, from, at, length)) {
      known = new byte[length];
      from.get(at, known);
    }
    keep(pid, runtime, memory, known);
  }

  /** The same of a line that is nowhere else. */
  synchronized void put(int pid, long runtime, long memory, byte[] line) {
    if (runtime != NEVER && line.length <= LONGEST) {
      keep(pid, runtime, memory, line);
    }
  }

  private static boolean isThere(byte[] line, ByteBuffer from, int at, int length) {
    if (line.length != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (line[i] != from.get(at + i)) {
        return false;
      }
    }
    return true;
  }

  private void keep(int pid, long runtime, long memory, byte[] line) {
    if (bytes > MOST_BYTES || used * 2 >= pids.length) {
      grow();
    }
    int slot = find(pid);
    if (pids[slot] == pid) {
      bytes -= lines[slot].length;
    } else {
      used++;
    }
    pids[slot] = pid;
    runtimes[slot] = runtime;
    memories[slot] = memory;
    lines[slot] = line;
    bytes += line.length;
  }

  private int find(int pid) {
    int mask = pids.length - 1;
    int slot = pid * 0x9E3779B9 >>> 7 & mask;
    while (pids[slot] != 0 && pids[slot] != pid) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  /** Makes room: where there is enough, by forgetting all, so that those that have gone go. */
  private void grow() {
    int size = pids.length;
    boolean full = bytes > MOST_BYTES || size >= MOST_SLOTS;
    rebuild(full ? size : size * 2, pid -> !full);
  }

  /** Forgets processes that are not in the plan, if they are many. */
  synchronized void retain(PassPlan living) {
    if (used < 2 * living.count() + FIRST_SLOTS / 4) {
      return;
    }
    int[] sorted = living.sortedPids();
    rebuild(pids.length, pid -> Arrays.binarySearch(sorted, pid) >= 0);
  }

  private void rebuild(int size, IntPredicate kept) {
    int[] oldPids = pids;
    long[] oldRuntimes = runtimes;
    long[] oldMemories = memories;
    byte[][] oldLines = lines;
    pids = new int[size];
    runtimes = new long[size];
    memories = new long[size];
    lines = new byte[size][];
    used = 0;
    bytes = 0;
    for (int i = 0; i < oldPids.length; i++) {
      if (oldPids[i] != 0 && kept.test(oldPids[i])) {
        keep(oldPids[i], oldRuntimes[i], oldMemories[i], oldLines[i]);
      }
    }
  }
}
