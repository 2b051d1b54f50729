package kifs.kernel.bpf.locks;

import java.nio.ByteBuffer;
import java.util.Arrays;
import kifs.kernel.bpf.layout.Capacity;
import kifs.kernel.bpf.layout.RequestLayout;
import kifs.kernel.bpf.layout.SeenThreadLayout;
import kifs.kernel.bpf.layout.SlotLayout;
import kifs.kernel.bpf.program.Slot;

/**
 * The threads that {@code waits} has seen, by their ids: plain numbers, since there are far more of
 * them than are ever asked for. Not thread-safe.
 */
final class SeenThreads {
  private static final int LEAST = 1024;
  private static final int NAME_LONGS = Capacity.COMM_BYTES.count() / Long.BYTES;

  /** Ids lie close together, but the kernel may give them out up to four million. */
  private static final int PAGE_SHIFT = 6;

  private static final int PAGE = 1 << PAGE_SHIFT;

  /** Of each thread what {@code struct kifs_seen} tells: process and id, name. */
  private long[] ids = new long[LEAST];

  private long[] names = new long[LEAST * NAME_LONGS];
  private int count;

  /** Where the thread of an id stands there, from 1; 0, or no page: it was not seen. */
  private int[][] pages = new int[LEAST][];

  void clear() {
    count = 0;
    Arrays.fill(pages, null);
  }

  /** Takes those that a run has left in its slot; of two with one id, the later one. */
  void take(Slot slot) {
    ByteBuffer memory = slot.memory();
    int threads = slot.get(RequestLayout.THREADS);
    for (int i = 0; i < threads; i++) {
      int at = SlotLayout.SEEN + i * SeenThreadLayout.BYTES;
      int name = at + SeenThreadLayout.COMM;
      put(
          memory.getLong(at + SeenThreadLayout.ID),
          memory.getLong(name),
          memory.getLong(name + Long.BYTES));
    }
  }

  /**
   * @param id whether it is in a pid namespace below ours, process, thread: 1, 31, 32 bits
   */
  void put(long id, long name, long restOfName) {
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, count * 2);
      names = Arrays.copyOf(names, ids.length * NAME_LONGS);
    }
    ids[count] = id;
    names[count * NAME_LONGS] = name;
    names[count * NAME_LONGS + 1] = restOfName;
    page((int) id)[(int) id & PAGE - 1] = ++count;
  }

  private int[] page(int tid) {
    int number = tid >>> PAGE_SHIFT;
    if (number >= pages.length) {
      pages = Arrays.copyOf(pages, Math.max(number + 1, pages.length * 2));
    }
    if (pages[number] == null) {
      pages[number] = new int[PAGE];
    }
    return pages[number];
  }

  /** Where it stands; negative: it was not seen. */
  private int find(int tid) {
    int number = tid >>> PAGE_SHIFT;
    int[] page = number < pages.length ? pages[number] : null;
    return page == null ? -1 : page[tid & PAGE - 1] - 1;
  }

  /** The process of that thread; 0: it was not seen. */
  int process(int tid) {
    int index = find(tid);
    return index < 0 ? 0 : (int) (ids[index] >>> Integer.SIZE) & Integer.MAX_VALUE;
  }

  /** Whether it was seen, and knows threads by the same ids as we do. */
  boolean sharesIds(int pid) {
    int index = find(pid);
    return index >= 0 && ids[index] >= 0;
  }

  /** Its name; null: it was not seen. */
  byte[] name(int tid) {
    int index = find(tid);
    if (index < 0) {
      return null;
    }
    byte[] name = new byte[Capacity.COMM_BYTES.count()];
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
