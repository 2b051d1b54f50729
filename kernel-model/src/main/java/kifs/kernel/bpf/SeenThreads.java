package kifs.kernel.bpf;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The threads that {@code waits} has seen, by their ids: an open hash table of plain numbers, since
 * there are far more of them than are ever asked for. Not thread-safe.
 */
final class SeenThreads {
  private static final int LEAST = 1024;
  private static final int NAME_LONGS = SharedLayout.COMM_BYTES / Long.BYTES;
  private static final int GOLDEN_RATIO = 0x9E3779B9;

  /** Of each thread what {@code struct kifs_seen} tells: process and id, name. */
  private long[] ids = new long[LEAST];

  private long[] names = new long[LEAST * NAME_LONGS];

  /** Where it stands there, from 1; 0: free. Twice as many as there can be threads. */
  private int[] table = new int[LEAST * 2];

  private int count;

  void clear() {
    count = 0;
    Arrays.fill(table, 0);
  }

  /** Takes those that a run has left in its slot; of two with one id, the later one. */
  void take(Slot slot) {
    ByteBuffer memory = slot.memory();
    int threads = slot.get(SharedLayout.THREADS);
    for (int i = 0; i < threads; i++) {
      int at = SharedLayout.SEEN + i * SharedLayout.SEEN_BYTES;
      int name = at + SharedLayout.SEEN_COMM;
      put(memory.getLong(at), memory.getLong(name), memory.getLong(name + Long.BYTES));
    }
  }

  /**
   * @param id whether it is in a pid namespace below ours, process, thread: 1, 31, 32 bits
   */
  void put(long id, long name, long restOfName) {
    int place = place((int) id);
    if (table[place] == 0) {
      if (count == ids.length) {
        grow();
        place = place((int) id);
      }
      table[place] = ++count;
    }
    int index = table[place] - 1;
    ids[index] = id;
    names[index * NAME_LONGS] = name;
    names[index * NAME_LONGS + 1] = restOfName;
  }

  private void grow() {
    ids = Arrays.copyOf(ids, count * 2);
    names = Arrays.copyOf(names, ids.length * NAME_LONGS);
    table = new int[ids.length * 2];
    for (int i = 0; i < count; i++) {
      table[place((int) ids[i])] = i + 1;
    }
  }

  /** Where that one stands in the table, or may be put. */
  private int place(int tid) {
    int mask = table.length - 1;
    int place = tid * GOLDEN_RATIO >>> Integer.numberOfLeadingZeros(mask);
    while (table[place] != 0 && (int) ids[table[place] - 1] != tid) {
      place = place + 1 & mask;
    }
    return place;
  }

  /** The process of that thread; 0: it was not seen. */
  int process(int tid) {
    int index = table[place(tid)] - 1;
    return index < 0 ? 0 : (int) (ids[index] >>> Integer.SIZE) & Integer.MAX_VALUE;
  }

  /** Whether it was seen, and knows threads by the same ids as we do. */
  boolean sharesIds(int pid) {
    int index = table[place(pid)] - 1;
    return index >= 0 && ids[index] >= 0;
  }

  /** Its name; null: it was not seen. */
  byte[] name(int tid) {
    int index = table[place(tid)] - 1;
    if (index < 0) {
      return null;
    }
    byte[] name = new byte[SharedLayout.COMM_BYTES];
    int length = 0;
    for (; length < name.length; length++) {
      long word = names[index * NAME_LONGS + length / Long.BYTES];
      name[length] = (byte) (word >>> length % Long.BYTES * Byte.SIZE);
      if (name[length] == 0) {
        break;
      }
    }
    return Arrays.copyOf(name, length);
  }
}
