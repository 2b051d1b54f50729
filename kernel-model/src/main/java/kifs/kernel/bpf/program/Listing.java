package kifs.kernel.bpf.program;

import java.nio.ByteBuffer;
import java.util.Arrays;
import kifs.kernel.bpf.layout.Capacity;
import kifs.kernel.bpf.layout.ListLayout;
import kifs.kernel.bpf.layout.ListedLayout;
import kifs.kernel.linux.MappedMemory;

/**
 * Lists all processes by one run of {@link BpfProgram#LIST}. Thread-safe: guarded by this, so there
 * is one caller at a time.
 */
public final class Listing {
  private final TestRun list;
  private final ByteBuffer memory;
  private long[] order = new long[1024];

  public Listing(MappedMemory lists, TestRun list) {
    this.list = list;
    this.memory = lists.buffer();
  }

  /** Receives the processes. */
  public interface Visitor {
    /**
     * @param pid its id in the initial pid namespace
     * @param visible its id in the daemon's pid namespace
     * @param threads the number of its threads
     * @param uid its real uid
     * @param cssSet the address of its {@code css_set}: equal for processes in the same cgroups
     */
    void process(int pid, int visible, int threads, int uid, long cssSet);
  }

  /**
   * Visits all processes in the order of their ids in the daemon's pid namespace.
   *
   * @return false if there are more than {@link Capacity#MAX_LISTED}; then none was visited
   * @throws BpfStoppedException if the kernel doesn't run the program any more
   */
  public synchronized boolean forEach(Visitor visitor) {
    list.call(0);
    int count = memory.getInt(ListLayout.COUNT);
    if (count > Capacity.MAX_LISTED.count()) {
      return false;
    }
    if (order.length < count) {
      order = new long[count * 2];
    }
    for (int i = 0; i < count; i++) {
      order[i] = (long) get(i, ListedLayout.LOCAL_PID) << Integer.SIZE | i;
    }
    Arrays.sort(order, 0, count);
    for (int at = 0; at < count; at++) {
      int i = (int) order[at];
      visitor.process(
          get(i, ListedLayout.PID),
          get(i, ListedLayout.LOCAL_PID),
          get(i, ListedLayout.THREADS),
          get(i, ListedLayout.UID),
          memory.getLong(at(i) + ListedLayout.CSS_SET));
    }
    return true;
  }

  private int get(int index, int offset) {
    return memory.getInt(at(index) + offset);
  }

  private static int at(int index) {
    return ListLayout.LISTED + index * ListedLayout.BYTES;
  }
}
