package kifs.kernel.simulated.figures;

import java.util.TreeMap;

/**
 * The open files of a simulated process. A test or a script opens some of them, and sets the total.
 * The table invents the rest up to the total. Guarded by the kernel's lock.
 */
public final class FdTable {
  /** The kernel's default of fs.nr_open. */
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

  /** The total that was set, which may grow with time. */
  public Counter count() {
    return count;
  }

  public void open(int fd, SimulatedFile file) {
    opened.put(fd, file);
  }

  /** Closes an fd that was opened; refuses an invented one by {@link SimulationException}. */
  public void close(int fd) {
    if (opened.remove(fd) == null) {
      throw new SimulationException("fd " + fd + " wasn't opened");
    }
  }

  /** The number of open files: the total, or the number of opened ones if that is greater. */
  public long size(long now) {
    return Math.max(opened.size(), count.at(now));
  }

  /** All open files by their fds, at most {@link #MAX_FDS}. */
  public TreeMap<Integer, SimulatedFile> files(long now) {
    TreeMap<Integer, SimulatedFile> all = new TreeMap<>(opened);
    long size = Math.min(size(now), MAX_FDS);
    for (int fd = 0; all.size() < size; fd++) {
      all.putIfAbsent(fd, SimulatedFile.NULL);
    }
    return all;
  }
}
