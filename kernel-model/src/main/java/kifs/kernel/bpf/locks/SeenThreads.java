package kifs.kernel.bpf.locks;

import java.nio.ByteBuffer;
import java.util.Arrays;
import kifs.kernel.bpf.layout.Capacity;
import kifs.kernel.bpf.layout.RequestLayout;
import kifs.kernel.bpf.layout.SeenThreadLayout;
import kifs.kernel.bpf.layout.SlotLayout;
import kifs.kernel.bpf.program.Slot;
import org.jspecify.annotations.Nullable;

/**
 * The threads that the program {@code waits} has seen, by tid. They are kept as plain numbers and
 * not as objects, because only few of the many threads are ever asked for. Not thread-safe.
 */
final class SeenThreads {
  private static final int INITIAL_CAPACITY = 1024;
  private static final int NAME_LONGS = Capacity.COMM_BYTES.count() / Long.BYTES;

  /** Ids lie close together, but the kernel may assign ids up to four million. */
  private static final int PAGE_SHIFT = 6;

  private static final int PAGE_SIZE = 1 << PAGE_SHIFT;

  /** The ids of each thread, as {@code struct kifs_seen} packs them. */
  private long[] ids = new long[INITIAL_CAPACITY];

  /** The name of each thread, {@link #NAME_LONGS} numbers each. */
  private long[] names = new long[INITIAL_CAPACITY * NAME_LONGS];

  private int count;

  /** The index of each thread in these arrays plus 1, by tid. 0 or no page: it was not seen. */
  private int[][] pages = new int[INITIAL_CAPACITY][];

  void clear() {
    count = 0;
    Arrays.fill(pages, null);
  }

  /** Adds the threads that a run has written into its slot. The later of two with one id counts. */
  void add(Slot slot) {
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
   * Adds a thread.
   *
   * @param id from the highest bit down: 1 bit, set if the thread is in a pid namespace below the
   *     daemon's; 31 bits, the pid; 32 bits, the tid
   * @param name the first 8 bytes of the name, little-endian
   * @param restOfName the last 8 bytes
   */
  void put(long id, long name, long restOfName) {
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, count * 2);
      names = Arrays.copyOf(names, ids.length * NAME_LONGS);
    }
    ids[count] = id;
    names[count * NAME_LONGS] = name;
    names[count * NAME_LONGS + 1] = restOfName;
    page((int) id)[(int) id & PAGE_SIZE - 1] = ++count;
  }

  private int[] page(int tid) {
    int number = tid >>> PAGE_SHIFT;
    if (number >= pages.length) {
      pages = Arrays.copyOf(pages, Math.max(number + 1, pages.length * 2));
    }
    if (pages[number] == null) {
      pages[number] = new int[PAGE_SIZE];
    }
    return pages[number];
  }

  /** The index of a thread; negative if it was not seen. */
  private int find(int tid) {
    int number = tid >>> PAGE_SHIFT;
    int[] page = number < pages.length ? pages[number] : null;
    return page == null ? -1 : page[tid & PAGE_SIZE - 1] - 1;
  }

  /** The pid of a thread; 0 if it was not seen. */
  int process(int tid) {
    int index = find(tid);
    return index < 0 ? 0 : (int) (ids[index] >>> Integer.SIZE) & Integer.MAX_VALUE;
  }

  /** Whether a process was seen and is in the daemon's pid namespace, so that ids are the same. */
  boolean sharesIds(int pid) {
    int index = find(pid);
    return index >= 0 && ids[index] >= 0;
  }

  /** The name of a thread; null if it was not seen. */
  byte @Nullable [] name(int tid) {
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
