package kifs.kernel.bpf.pass;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.IntPredicate;
import kifs.kernel.bpf.program.PassPlan;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the command lines that passes have read. A stored line is valid while its process has
 * neither run nor executed another program, because only then can it not have overwritten its
 * command line. To read a line takes ten times as long as to keep it. Thread-safe: guarded by this.
 *
 * <p>The cache is a hash table with open addressing, keyed by pid.
 */
final class CommandCache {
  private static final int INITIAL_SLOTS = 1024;
  private static final int MAX_SLOTS = 1 << 18;

  /** The cache stores no longer lines. They are few, and passes read them each time. */
  private static final int MAX_LINE_BYTES = 4096;

  private static final long MAX_BYTES = 16L << 20;

  /** The runtime of a process that was running when its line was read. */
  private static final int RUNNING = -1;

  private int[] pids = new int[INITIAL_SLOTS];
  private long[] runtimes = new long[INITIAL_SLOTS];
  private long[] mms = new long[INITIAL_SLOTS];
  private byte[][] lines = new byte[INITIAL_SLOTS][];
  private int count;
  private long bytes;

  /**
   * The stored line of a process.
   *
   * @param runtime the process's present runtime, in ns; -1 if it is running
   * @param mm the address of the process's present {@code mm_struct}
   * @return null if no line is stored, or the stored one may be out of date
   */
  synchronized byte @Nullable [] get(int pid, long runtime, long mm) {
    int slot = find(pid);
    return pids[slot] == pid && runtimes[slot] == runtime && mms[slot] == mm ? lines[slot] : null;
  }

  /**
   * Stores a line. A line of a process that was running is not stored, because the process may be
   * overwriting it.
   *
   * @param from contains the line, which begins at {@code at}
   */
  synchronized void put(int pid, long runtime, long mm, ByteBuffer from, int at, int length) {
    if (runtime == RUNNING || length > MAX_LINE_BYTES) {
      return;
    }
    int slot = find(pid);
    byte[] stored = pids[slot] == pid ? lines[slot] : null;
    if (stored == null || !matches(stored, from, at, length)) {
      stored = new byte[length];
      from.get(at, stored);
    }
    keep(pid, runtime, mm, stored);
  }

  /** Stores a line that has an array of its own. The cache keeps the array. */
  synchronized void put(int pid, long runtime, long mm, byte[] line) {
    if (runtime != RUNNING && line.length <= MAX_LINE_BYTES) {
      keep(pid, runtime, mm, line);
    }
  }

  private static boolean matches(byte[] line, ByteBuffer from, int at, int length) {
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

  private void keep(int pid, long runtime, long mm, byte[] line) {
    if (bytes > MAX_BYTES || count * 2 >= pids.length) {
      grow();
    }
    int slot = find(pid);
    if (pids[slot] == pid) {
      bytes -= lines[slot].length;
    } else {
      count++;
    }
    pids[slot] = pid;
    runtimes[slot] = runtime;
    mms[slot] = mm;
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

  /**
   * Makes space for another line. The table doubles until it or its lines have their maximum size.
   * After that it drops all lines, and with them those of processes that have vanished.
   */
  private void grow() {
    int size = pids.length;
    boolean full = bytes > MAX_BYTES || size >= MAX_SLOTS;
    rebuild(full ? size : size * 2, pid -> !full);
  }

  /** Drops the processes that are not in the plan, if they are many. */
  synchronized void retain(PassPlan living) {
    if (count < 2 * living.count() + INITIAL_SLOTS / 4) {
      return;
    }
    int[] sorted = living.sortedPids();
    rebuild(pids.length, pid -> Arrays.binarySearch(sorted, pid) >= 0);
  }

  private void rebuild(int size, IntPredicate kept) {
    int[] oldPids = pids;
    long[] oldRuntimes = runtimes;
    long[] oldMms = mms;
    byte[][] oldLines = lines;
    pids = new int[size];
    runtimes = new long[size];
    mms = new long[size];
    lines = new byte[size][];
    count = 0;
    bytes = 0;
    for (int i = 0; i < oldPids.length; i++) {
      if (oldPids[i] != 0 && kept.test(oldPids[i])) {
        keep(oldPids[i], oldRuntimes[i], oldMms[i], oldLines[i]);
      }
    }
  }
}
