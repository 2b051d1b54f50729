package kifs.kernel.simulated.figures;

import java.util.TreeMap;

/**
 * The open files of a simulated process. Some were opened by a test or a script. The others are
 * made up, so many that their total is what a test or a script has set. Guarded by the kernel's
 * lock.
 */
public final class FdTable {
  /** The kernel's usual fs.nr_open. */
  public static final int MAX_FDS = 1 << 20;

  private final TreeMap<Integer, SimulatedFile> opened = new TreeMap<>();
  private final Counter count;

  public FdTable(Counter count) {
    this.count = count;
  }

  public FdTable copy() {
    FdTable copy = new FdTable(count.copy());
    copy.opened.putAll(opened);
    return copy;
  }

  public Counter count() {
    return count;
  }

  public void open(int fd, SimulatedFile file) {
    opened.put(fd, file);
  }

  public void close(int fd) {
    if (opened.remove(fd) == null) {
      throw new SimulationException("fd " + fd + " wasn't opened");
    }
  }

  /** How many there are. */
  public long size(long now) {
    return Math.max(opened.size(), count.at(now));
  }

  /** All of them, by number. */
  public TreeMap<Integer, SimulatedFile> files(long now) {
    TreeMap<Integer, SimulatedFile> all = new TreeMap<>(opened);
    long size = Math.min(size(now), MAX_FDS);
    for (int fd = 0; all.size() < size; fd++) {
      all.putIfAbsent(fd, SimulatedFile.NULL);
    }
    return all;
  }
}
